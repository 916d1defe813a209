import type { Command } from "commander";
import {
  type ExtractedFacts,
  type ExtractFailure,
  extractFacts,
  FeatureCache,
  renderCorpora,
  scanCorpora,
  summarizeCorpora,
} from "../corpora/index.ts";
import type { CliCommand } from "./command.ts";

interface CorporaOptions {
  readonly json?: true;
  readonly inspect: boolean;
}

/** `ser corpora`: what is there, and what is wrong with it. */
export const command: CliCommand<CorporaOptions> = {
  examples: ["ser corpora ~/ravdess ~/crema-d", "ser corpora ~/corpora --json --no-inspect", "ser corpora mine.csv"],

  configure(cmd: Command) {
    cmd
      .argument("<sources...>", "folders of corpora, or manifests (CSV, JSONL) of your own recordings")
      .option("--json", "one JSON object: counts, and every problem")
      .option("--no-inspect", "by the names alone: decode nothing, find no silent or identical recordings");
  },

  async run(sources, { json, inspect }, { signal, stdout, stderr, progress }) {
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
