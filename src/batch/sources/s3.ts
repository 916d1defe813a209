import type { AwsClient } from "aws4fetch";
import { InputError, ParameterError } from "../../errors.ts";
import { type Ask, fetchBytes } from "./http.ts";
import type { SourceLimits } from "./limits.ts";

/** A bucket and a key in it, which may be the beginning of several. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/some/key.wav` in its parts. @throws ParameterError without a bucket */
export function parseS3(address: string): S3Address {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]*)\/?([^]*)$/.exec(address) ?? [];
  if (bucket === "") throw new ParameterError(`${address}: must be s3://bucket/key`);
  return { bucket, key };
}

let client: Promise<AwsClient> | undefined;

/** Signs as the AWS tools do, from the same environment variables. */
async function signer(): Promise<AwsClient> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined) {
    throw new InputError(
      "file_unreadable",
      "s3: there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION, AWS_ENDPOINT_URL)",
    );
  }
  const { AwsClient } = await import("aws4fetch");
  return new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN !== undefined && { sessionToken: AWS_SESSION_TOKEN }),
    region: AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1",
    service: "s3",
  });
}

/** Where a bucket answers: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, else Amazon's. */
function urlOf({ bucket, key }: S3Address, query = ""): string {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const own = AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  const amazon = `https://s3.${AWS_REGION ?? AWS_DEFAULT_REGION ?? "us-east-1"}.amazonaws.com`;
  const path = [bucket, ...key.split("/")].map((part) => encodeURIComponent(part)).join("/");
  return `${(own ?? amazon).replace(/\/$/, "")}/${path}${query}`;
}

async function ask(url: string): Promise<Ask> {
  const aws = await (client ??= signer());
  return async (signal) => fetch(await aws.sign(url, { signal }));
}

/** The bytes of an object. @throws as {@link fetchBytes}; InputError `file_unreadable` without credentials */
export async function fetchObject(address: string, limits: SourceLimits, signal?: AbortSignal): Promise<Uint8Array> {
  return fetchBytes(address, await ask(urlOf(parseS3(address))), limits, signal);
}

/** The addresses of all objects whose keys begin as `address` says, a page at a time. @throws as {@link fetchObject} */
export async function* listObjects(address: string, limits: SourceLimits): AsyncGenerator<string, void, undefined> {
  const { bucket, key: prefix } = parseS3(address);
  let token: string | undefined;
  do {
    const query = new URLSearchParams({
      "list-type": "2",
      prefix,
      ...(token !== undefined && { "continuation-token": token }),
    });
    const page = await fetchBytes(address, await ask(urlOf({ bucket, key: "" }, `?${query.toString()}`)), limits);
    const xml = new TextDecoder().decode(page);
    for (const [, key] of xml.matchAll(/<Key>([^<]*)<\/Key>/g)) yield `s3://${bucket}/${unescapeXml(key!)}`;
    token = /<NextContinuationToken>([^<]*)</.exec(xml)?.[1];
    if (token !== undefined) token = unescapeXml(token);
  } while (token !== undefined);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex: string, decimal: string, name: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
