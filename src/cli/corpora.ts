import type { Command } from "commander";
import {
  corpusPlace,
  type ExtractedFacts,
  type ExtractFailure,
  extractFacts,
  FeatureCache,
  getCorpus,
  renderCorpora,
  scanCorpora,
  summarizeCorpora,
} from "../corpora/index.ts";
import { ParameterError } from "../errors.ts";
import type { CliCommand, CommandContext, ExitCode } from "./command.ts";
import { tell } from "./output.ts";

interface CorporaOptions {
  readonly json?: true;
  readonly inspect: boolean;
  readonly out?: string;
  readonly acceptLicence?: true;
}

/** `ser corpora`: what is there, and what is wrong with it. */
export const command: CliCommand<CorporaOptions> = {
  examples: [
    "ser corpora ~/ravdess ~/crema-d",
    "ser corpora ~/corpora --json --no-inspect",
    "ser corpora mine.csv",
    "ser corpora get ravdess --out ~/corpora --accept-licence",
  ],

  configure(cmd: Command) {
    cmd
      .argument(
        "<sources...>",
        'folders of corpora, or manifests (CSV, JSONL) of your own recordings; or "get" and the name of a corpus to download',
      )
      .option("--json", "one JSON object: counts, and every problem; get: where the corpus is")
      .option("--no-inspect", "by the names alone: decode nothing, find no silent or identical recordings")
      .option("--out <folder>", "get: the folder that the corpus's folder is put into")
      .option("--accept-licence", "get: you have read the corpus's licence and keep to it");
  },

  async run(sources, options, context) {
    if (sources[0] === "get") return download(sources.slice(1), options, context);
    const { json, inspect } = options;
    const { signal, stdout, stderr, progress } = context;
    const scan = await scanCorpora(sources);
    let results: (ExtractedFacts | ExtractFailure)[] | undefined;
    if (inspect) {
      results = [];
      let unkept: string | undefined;
      const onProgress = (done: number, total: number): void => progress.update("inspect", done, total);
      for await (const result of extractFacts(scan.utterances, { cache: new FeatureCache(), signal, onProgress })) {
        results.push(result);
        if ("cacheFault" in result) unkept ??= result.cacheFault;
      }
      progress.finish();
      if (unkept !== undefined) stderr.write(`not kept in the cache, so the next time takes as long: ${unkept}\n`);
    }
    const summary = summarizeCorpora(scan, results);
    stdout.write(`${json === true ? JSON.stringify(summary, null, 2) : renderCorpora(summary)}\n`);
    return results?.some((result) => "error" in result) === true ? 1 : 0;
  },
};

/** `ser corpora get`: a corpus from its own public place, after its licence has been accepted. */
async function download(
  names: readonly string[],
  { out, acceptLicence, json }: CorporaOptions,
  { signal, stdout, stderr, progress }: CommandContext,
): Promise<ExitCode> {
  const [name, ...others] = names;
  if (name === undefined || others.length > 0) {
    throw new ParameterError("corpora get: name one corpus, e.g. ser corpora get ravdess --out ~/corpora");
  }
  const { title, licence, home } = corpusPlace(name);
  stderr.write(`${title}: ${licence}. Its terms and its authors: ${home}\n`);
  if (acceptLicence !== true) {
    throw new ParameterError(`corpora get: read the licence at ${home}; with --accept-licence you keep to it`);
  }
  if (out === undefined) throw new ParameterError("corpora get: --out says which folder the corpus is put into");
  const got = await getCorpus(name, {
    to: out,
    signal,
    onProgress: (done, total, unit) => progress.update(`${name} (${unit})`, done, total),
  });
  progress.finish();
  const checksums =
    got.checksums === "published" ? "as published" : "recorded in checksums.json, since none is published";
  tell(
    stdout,
    json,
    { corpus: name, ...got },
    `${name} is in ${got.folder}; checksums ${checksums}. Next: ser corpora ${got.folder}\n`,
  );
  return 0;
}
