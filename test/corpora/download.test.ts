import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { zipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fetchFile, type RemoteFile } from "../../src/corpora/download/fetch-file.ts";
import { unzipInto } from "../../src/corpora/download/unzip.ts";
import { getCorpus } from "../../src/corpora/index.ts";
import { ser } from "../cli/run-cli.ts";

const BODY = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7 + (i >> 8)) & 255);
const hash = (algorithm: "md5" | "sha256", bytes: Uint8Array): string =>
  createHash(algorithm).update(bytes).digest("hex");
const FAST = { pause: 0.001, attempts: 3 };

type Answer = (request: IncomingMessage, response: ServerResponse, call: number) => void;

let server: Server;
let origin = "";
let folder = "";
let answers: Record<string, Answer> = {};
let calls: { readonly url: string; readonly range: string | undefined; readonly authorization: string | undefined }[] =
  [];

beforeEach(async () => {
  answers = {};
  calls = [];
  folder = await mkdtemp(path.join(tmpdir(), "ser-download-"));
  server = createServer((request, response) => {
    const url = request.url ?? "";
    calls.push({ url, range: request.headers.range, authorization: request.headers.authorization });
    const answer = answers[url];
    if (answer) answer(request, response, calls.filter((call) => call.url === url).length);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  origin = typeof bound === "object" && bound ? `http://127.0.0.1:${bound.port}` : "";
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** Serves bytes as a server with Range does. */
const serve =
  (bytes: Uint8Array): Answer =>
  (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    const range = { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(from > 0 ? 206 : 200, from > 0 ? range : {}).end(bytes.subarray(from));
  };

const file = (more: Partial<RemoteFile> = {}): RemoteFile => ({
  name: "a/b.bin",
  url: `${origin}/file`,
  bytes: BODY.length,
  checksum: { algorithm: "md5", value: hash("md5", BODY) },
  ...more,
});
/** SHA-256 of what lies in the test's folder: comparing elements one by one would take seconds. */
const landed = async (name: string): Promise<string> => hash("sha256", await readFile(path.join(folder, name)));
const WHOLE = hash("sha256", BODY);

describe("one file", () => {
  test("comes whole, and is not fetched again", async () => {
    answers["/file"] = serve(BODY);
    expect(await fetchFile(file(), folder, FAST)).toBe(hash("sha256", BODY));
    expect(await landed("a/b.bin")).toBe(WHOLE);
    await fetchFile(file(), folder, FAST);
    expect(calls).toHaveLength(1);
  });

  test("a server that breaks off is asked for the rest alone", async () => {
    answers["/file"] = (request, response, call) => {
      if (call > 2) return serve(BODY)(request, response, call);
      const from = call === 1 ? 0 : 100_000;
      response.writeHead(call === 1 ? 200 : 206, {
        "content-length": BODY.length - from,
        ...(call > 1 && { "content-range": `bytes ${from}-${BODY.length - 1}/${BODY.length}` }),
      });
      response.write(BODY.subarray(from, from + 100_000), () => setTimeout(() => response.destroy(), 30));
    };
    await fetchFile(file(), folder, FAST);
    expect(await landed("a/b.bin")).toBe(WHOLE);
    expect(calls.map(({ range }) => range)).toEqual([undefined, "bytes=100000-", "bytes=200000-"]);
  });

  test("a later call continues what an earlier one left, also without Range on the server", async () => {
    await writeFile(path.join(folder, "b.bin.part"), BODY.subarray(0, 123_456));
    answers["/file"] = (_, response) => response.writeHead(200).end(BODY);
    await fetchFile(file({ name: "b.bin" }), folder, FAST);
    expect(calls[0]!.range).toBe("bytes=123456-");
    expect(await landed("b.bin")).toBe(WHOLE);
  });

  test("500, then 200", async () => {
    answers["/file"] = (request, response, call) =>
      call === 1 ? response.writeHead(500).end("no") : serve(BODY)(request, response, call);
    await fetchFile(file(), folder, FAST);
    expect(await landed("a/b.bin")).toBe(WHOLE);
  });

  test.each([
    ["500 for ever", (): Answer => (_, response) => response.writeHead(500).end(), /answers 500, 3 times in a row/],
    ["404", (): Answer => (_, response) => response.writeHead(404).end(), /answers 404/],
    [
      "too short, and it says so",
      (): Answer => (_, response) => response.writeHead(200).end(BODY.subarray(0, 1000)),
      /broke off after 1000 of 300000/,
    ],
    [
      "too long",
      (): Answer => (_, response) => response.writeHead(200).end(Buffer.concat([BODY, BODY])),
      /more than the 300000 bytes/,
    ],
    [
      "other bytes",
      (): Answer => (_, response) => response.writeHead(200).end(BODY.toReversed()),
      /the md5 is [0-9a-f]{32}, [0-9a-f]{32} is published/,
    ],
    ["silence", (): Answer => () => undefined, /3 times in a row/],
  ])("%s: one clear error, and no file", async (_, answer, message) => {
    answers["/file"] = answer();
    const work = fetchFile(file(), folder, { ...FAST, patience: 0.2 });
    await expect(work).rejects.toMatchObject({
      code: "download_failed",
      message: expect.stringMatching(message) as unknown,
    });
    expect(existsSync(path.join(folder, "a/b.bin"))).toBe(false);
  });

  test("an old part of other bytes is fetched anew", async () => {
    await writeFile(path.join(folder, "b.bin.part"), new Uint8Array(1000));
    answers["/file"] = serve(BODY);
    await fetchFile(file({ name: "b.bin" }), folder, FAST);
    expect(await landed("b.bin")).toBe(WHOLE);
  });

  test("is stopped by its signal", async () => {
    answers["/file"] = () => undefined;
    const work = fetchFile(file(), folder, { signal: AbortSignal.timeout(100) });
    await expect(work).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("archives", () => {
  const zip = async (files: Record<string, Uint8Array>): Promise<string> => {
    const archive = path.join(folder, "x.zip");
    await writeFile(archive, zipSync(files));
    return archive;
  };

  test("are unpacked with their folders", async () => {
    expect(
      await unzipInto(await zip({ "Actor_01/a.wav": BODY, "b.wav": Uint8Array.of(1, 2) }), path.join(folder, "out")),
    ).toBe(2);
    expect(await landed("out/Actor_01/a.wav")).toBe(WHOLE);
  });

  test.each(["../evil.wav", "a/../../evil.wav", "/evil.wav", "..\\evil.wav", "C:\\evil.wav"])(
    "%s leads out and is refused",
    async (name) => {
      const work = unzipInto(await zip({ [name]: BODY }), path.join(folder, "out/deep"));
      await expect(work).rejects.toThrow("leads out of the folder");
      expect(existsSync(path.join(folder, "out/evil.wav"))).toBe(false);
      expect(existsSync(path.join(folder, "evil.wav"))).toBe(false);
    },
  );

  test("that are damaged or cut are refused", async () => {
    const archive = await zip({ "a.wav": BODY });
    const bytes = await readFile(archive);
    await writeFile(archive, bytes.subarray(0, 60));
    await expect(unzipInto(archive, path.join(folder, "out"))).rejects.toMatchObject({ code: "download_failed" });
    await writeFile(archive, BODY);
    await expect(unzipInto(archive, path.join(folder, "out"))).rejects.toMatchObject({ code: "download_failed" });
  });
});

describe("corpora", () => {
  const json =
    (value: unknown): Answer =>
    (_, response) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));

  test("ravdess: the archive that Zenodo lists, checked by its md5, unpacked; twice is once", async () => {
    const archive = zipSync({ "Actor_01/03-01-01-01-01-01-01.wav": BODY });
    const key = "Audio_Speech_Actors_01-24.zip";
    const self = `https://zenodo.org/api/records/1188976/files/${key}/content`;
    const listed = { key, size: archive.length, checksum: `md5:${hash("md5", archive)}`, links: { self } };
    answers["/zenodo.org/api/records/1188976"] = json({ files: [{ key: "other.zip" }, listed] });
    answers[`/zenodo.org/api/records/1188976/files/${key}/content`] = serve(archive);
    const refused = await ser(["corpora", "get", "ravdess", "--out", folder]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/CC BY-NC-SA 4.0.*\n.*--accept-licence/);
    expect(calls).toEqual([]);
    process.env["SER_CORPORA_MIRROR"] = origin;
    try {
      const got = await ser(["corpora", "get", "ravdess", "--out", folder, "--accept-licence"]);
      expect(got).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("checksums as published") as unknown });
      expect(await landed("ravdess/Actor_01/03-01-01-01-01-01-01.wav")).toBe(WHOLE);
      await ser(["corpora", "get", "ravdess", "--out", folder, "--accept-licence"]);
      expect(calls.filter(({ url }) => url.endsWith("/content"))).toHaveLength(1);
    } finally {
      delete process.env["SER_CORPORA_MIRROR"];
    }
  });

  test("tess: every recording that the Dataverse lists; a name that leads out is refused", async () => {
    const dataFile = (filename: string): object => ({
      dataFile: { id: 7, filename, filesize: BODY.length, md5: hash("md5", BODY) },
    });
    const list = "/borealisdata.ca/api/datasets/:persistentId/?persistentId=doi:10.5683/SP2/E8H2MF";
    const files = [dataFile("OAF_back_angry.wav"), dataFile("OAF_bar_angry.wav"), dataFile("readme.txt")];
    answers[list] = json({ data: { latestVersion: { files } } });
    answers["/borealisdata.ca/api/access/datafile/7"] = serve(BODY);
    const options = { to: folder, mirror: origin, environment: {}, ...FAST };
    const told: unknown[] = [];
    const onProgress = (...progress: unknown[]): void => void told.push(progress);
    expect(await getCorpus("tess", { ...options, onProgress })).toMatchObject({ files: 2, checksums: "published" });
    expect(told).toEqual([
      [1, 2, "files"],
      [2, 2, "files"],
    ]);
    expect(await landed("tess/OAF_back_angry.wav")).toBe(WHOLE);
    answers[list] = json({ data: { latestVersion: { files: [dataFile("../evil.wav")] } } });
    await expect(getCorpus("tess", options)).rejects.toThrow("whose name cannot be used");
    answers[list] = (_, response) => response.end("<html>");
    await expect(getCorpus("tess", options)).rejects.toThrow("no JSON");
  });

  test("crema-d: a recording is checked by its pointer of Git LFS", async () => {
    const pointer = (bytes: Uint8Array): string =>
      `version https://git-lfs.github.com/spec/v1\noid sha256:${hash("sha256", bytes)}\nsize ${bytes.length}\n`;
    const media =
      "/media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/master/AudioWAV/1001_DFA_ANG_XX.wav";
    const raw = "/raw.githubusercontent.com/CheyneyComputerScience/CREMA-D/master/AudioWAV/1001_DFA_ANG_XX.wav";
    answers[raw] = (_, response) => response.end(pointer(BODY));
    answers[media] = serve(BODY);
    const options = { to: folder, mirror: origin, environment: {}, connections: 1, ...FAST };
    // The next of the 7,442 is not on this server.
    await expect(getCorpus("crema-d", options)).rejects.toThrow(/answers 404/);
    expect(await landed("crema-d/AudioWAV/1001_DFA_ANG_XX.wav")).toBe(WHOLE);
  });

  test("savee: the steps of the registration, or Kaggle's copy with its first SHA-256 on record", async () => {
    const options = { to: folder, mirror: origin, ...FAST };
    await expect(getCorpus("savee", { ...options, environment: {} })).rejects.toThrow(/Register.*KAGGLE_USERNAME/s);
    const archive = zipSync({ "ALL/DC_a01.wav": BODY });
    const url = "/www.kaggle.com/api/v1/datasets/download/ejlok1/surrey-audiovisual-expressed-emotion-savee";
    answers[url] = serve(archive);
    const environment = { KAGGLE_USERNAME: "me", KAGGLE_KEY: "secret" };
    expect(await getCorpus("savee", { ...options, environment })).toMatchObject({ checksums: "recorded" });
    expect(calls.at(-1)!.authorization).toBe(`Basic ${Buffer.from("me:secret").toString("base64")}`);
    const record = JSON.parse(await readFile(path.join(folder, "savee/checksums.json"), "utf8")) as object;
    expect(record).toEqual({ "savee.zip": hash("sha256", archive) });
    expect(existsSync(path.join(folder, "savee/ALL/DC_a01.wav"))).toBe(true);
  });

  test("a name that is no corpus", async () => {
    expect((await ser(["corpora", "get", "emodb", "--accept-licence"])).stderr).toContain(
      "there are ravdess, crema-d, tess, savee",
    );
  });
});
