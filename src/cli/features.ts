import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { extractFeatures, FeatureCache, type Utterance } from "../corpora/index.ts";
import { InputError } from "../errors.ts";
import { encodeCsv, encodeNpy, FEATURE_SETS, type FeatureSet, featureSet, padFrames } from "../features/index.ts";
import { audioInputs, outputNames } from "./audio-inputs.ts";
import { choiceOption } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { didYouMeanFile } from "./nearest-file.ts";
import { countOption } from "./numbers.ts";
import { JSON_OPTION, tell } from "./output.ts";

interface FeaturesOptions {
  readonly set: string;
  readonly out: string;
  readonly format: (typeof FORMATS)[number];
  readonly pad?: number;
  readonly cache: boolean;
  readonly threads?: number;
  readonly json?: true;
}

const FORMATS = ["npy", "csv"] as const;

/** `ser features`: a matrix a file, for whoever trains elsewhere. */
export const command: CliCommand<FeaturesOptions> = {
  examples: [
    "ser features voice.wav --out features",
    "ser features ~/ravdess calls/*.mp3 --out features --format csv",
    "ser features ~/ravdess --out padded --pad 300",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<paths...>", "audio files, and folders of them (their inner folders are kept)")
      .requiredOption("--out <folder>", "where to write; created when it does not exist")
      .addOption(choiceOption("--set <id>", "which features", FEATURE_SETS).default("librosa54@1"))
      .addOption(
        choiceOption("--format <format>", "npy: float32 [frames × columns]; csv: with a header", FORMATS).default(
          "npy",
        ),
      )
      .option(
        "--pad <frames>",
        "exactly so many frames: zeros added, or frames beyond cut off; frames.json tells how many are real",
        countOption("--pad"),
      )
      .option("--threads <n>", "worker threads (default: all cores)", countOption("--threads"))
      .option("--no-cache", "compute everything anew and keep nothing")
      .option(...JSON_OPTION);
  },

  async run(paths, { set: id, out, format, pad, cache, threads, json }, { signal, stdout, stderr, progress }) {
    const set = featureSet(id);
    const inputs = await audioInputs(paths);
    const names = outputNames(inputs, `.${format}`);
    await mkdir(out, { recursive: true }).catch((cause: unknown) => {
      throw new InputError("file_unreadable", `--out: "${out}" must be a folder that can be made or written to`, {
        cause,
      });
    });

    const realFrames: Record<string, number> = {};
    let next = 0;
    let failed = 0;
    for await (const result of extractFeatures(
      inputs.map(({ path: file }) => recordingAt(file)),
      {
        featureSetId: id,
        threads: threads ?? Math.min(inputs.length, availableParallelism()),
        signal,
        ...(cache && { cache: new FeatureCache() }),
        onProgress: (done, total) => progress.update("features", done, total),
      },
    )) {
      const name = names[next++]!;
      if ("error" in result) {
        failed++;
        const { code, message } = result.error;
        stderr.write(`${message}${code === "file_missing" ? didYouMeanFile(inputs[next - 1]!.path) : ""}\n`);
        continue;
      }
      const features = pad === undefined ? result.features : padFrames(result.features, pad);
      realFrames[name] = Math.min(result.features.rows, features.rows);
      const file = path.join(out, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, format === "npy" ? encodeNpy(features) : encodeCsv(features, set.columns));
    }
    await writeFile(path.join(out, "columns.json"), `${JSON.stringify(describe(set, pad), null, 2)}\n`);
    if (pad !== undefined) {
      await writeFile(path.join(out, "frames.json"), `${JSON.stringify(realFrames, null, 2)}\n`);
    }
    progress.finish();
    const failures = failed === 0 ? "" : `, ${failed.toLocaleString("en")} failed`;
    tell(
      stdout,
      json,
      { folder: out, set: id, format, recordings: inputs.length, failed },
      `${(inputs.length - failed).toLocaleString("en")} of ${id} in ${out}${failures}\n`,
    );
    return failed === 0 ? 0 : 1;
  },
};

/** A file as the extraction of corpora wants it; that looks at the path alone. */
function recordingAt(file: string): Utterance {
  return { id: file, corpus: "", path: file, emotion: "", speaker: "" };
}

/** What `columns.json` says. */
function describe({ id, sampleRate, hopLength, columns }: FeatureSet, pad: number | undefined): object {
  return {
    set: id,
    version: Number(id.split("@")[1]),
    sampleRate,
    hopLength,
    ...(pad !== undefined && { pad }),
    columns,
  };
}
