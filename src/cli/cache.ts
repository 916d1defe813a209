import type { Command } from "commander";
import { extractFeatures, FeatureCache, scanCorpora, type Utterance } from "../corpora/index.ts";
import { ParameterError } from "../errors.ts";
import { FEATURE_SETS } from "../features/index.ts";
import type { BuiltRecording, spreadFeatures } from "../fleet/index.ts";
import { packageVersion } from "../provenance.node.ts";
import { choiceArgument, choiceOption } from "./choice.ts";
import type { CliCommand, CommandContext, ExitCode } from "./command.ts";
import { requireCorpora } from "./corpora-option.ts";
import { countOption } from "./numbers.ts";
import { JSON_OPTION, tell } from "./output.ts";
import { formatDuration } from "./progress.ts";
import { addSpreadOptions, fleetAddress, type SpreadOptions } from "./queue-options.ts";

interface CacheOptions extends SpreadOptions {
  readonly corpora?: readonly string[];
  readonly set: string;
  readonly threads?: number;
  readonly json?: true;
}

const ACTIONS = ["info", "build", "clear"] as const;

/** `ser cache`: the store of decoded facts and features that training, evaluation and inspection share. */
export const command: CliCommand<CacheOptions> = {
  examples: [
    "ser cache info",
    "ser cache build --corpora ~/ravdess ~/crema-d",
    "SER_CACHE=/mnt/cache ser cache build --corpora /mnt/ravdess --redis redis://10.0.0.5:6379",
    "SER_CACHE=/big/disk/cache SER_CACHE_LIMIT=20GB ser cache info --json",
    "ser cache clear",
  ],

  configure(cmd: Command) {
    cmd
      .addArgument(choiceArgument("<action>", "info: how full; build: fill it from corpora; clear: empty it", ACTIONS))
      .option("--corpora <paths...>", "build: folders of corpora, or manifests of your own recordings")
      .addOption(choiceOption("--set <id>", "build: which features", FEATURE_SETS).default("librosa54@1"))
      .option("--threads <n>", "build: worker threads (default: all cores)", countOption("--threads"))
      .option(...JSON_OPTION)
      .addHelpText("after", "\nThe cache lies in $SER_CACHE, else ~/.cache/speech-emotion.");
    addSpreadOptions(
      cmd,
      "a build (into a cache that all share)",
      "build: the corpora lie in it, and workers may have it elsewhere",
    );
  },

  async run([action], options, context) {
    const cache = new FeatureCache();
    if (action === "build") return build(cache, options, context);
    if (options.corpora !== undefined) throw new ParameterError(`--corpora goes with build, not with ${action}`);
    if (options.redis !== undefined) throw new ParameterError(`--redis goes with build, not with ${action}`);
    if (action === "clear") {
      const { entries, bytes } = cache.stats();
      cache.clear();
      tell(
        context.stdout,
        options.json,
        { folder: cache.folder, removed: entries, bytes },
        `removed ${entries.toLocaleString("en")} entries (${megabytes(bytes)}) from ${cache.folder}\n`,
      );
      return 0;
    }
    tell(context.stdout, options.json, cache.stats(), renderStats(cache));
    return 0;
  },
};

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

function renderStats(cache: FeatureCache): string {
  const { folder, entries, bytes, limit, kinds } = cache.stats();
  const rows: [string, string][] = [
    ["folder", folder],
    ["holds", `${entries.toLocaleString("en")} entries, ${megabytes(bytes)} of at most ${megabytes(limit)}`],
    ...Object.entries(kinds).map(([kind, own]): [string, string] => [
      kind,
      `${own.entries.toLocaleString("en")} entries, ${megabytes(own.bytes)}`,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("");
}

/** Decodes, featurises and caches every recording; each failure gets its line. */
async function build(
  cache: FeatureCache,
  options: CacheOptions,
  { signal, stdout, stderr, progress }: CommandContext,
): Promise<ExitCode> {
  const { corpora, set, threads, json } = options;
  requireCorpora(corpora);
  const fleet = fleetAddress(options);
  if (threads !== undefined && fleet !== undefined)
    throw new ParameterError("cache build: --threads goes without --redis; there, every ser worker has its own");
  const started = performance.now();
  const { utterances } = await scanCorpora(corpora);
  let [seconds, cached, failed, unkept] = [0, 0, 0, 0];
  let fault: string | undefined;
  const onProgress = (done: number, total: number): void => progress.update("features", done, total);
  const local = { featureSetId: set, cache, signal, ...(threads !== undefined && { threads }), onProgress };
  const results =
    fleet === undefined
      ? extractFeatures(utterances, local)
      : await spread(utterances, { ...fleet, set, cache, signal, onProgress, onNote: (text) => stderr.write(text) });
  for await (const result of results) {
    if ("error" in result) {
      failed++;
      stderr.write(`${result.error.message}\n`);
      continue;
    }
    seconds += result.facts.seconds;
    if (result.cached) cached++;
    if (result.cacheFault !== undefined) unkept++;
    fault ??= result.cacheFault;
  }
  progress.finish();
  if (fault !== undefined) stderr.write(`${unkept.toLocaleString("en")} could not be kept: ${fault}\n`);
  const elapsed = (performance.now() - started) / 1000;
  const count = utterances.length;
  tell(
    stdout,
    json,
    { folder: cache.folder, set, recordings: count, cached, failed, unkept, seconds, elapsed },
    `${(count - failed - unkept).toLocaleString("en")} of ${count.toLocaleString("en")} recordings (${formatDuration(seconds)} of ` +
      `sound) have ${set} in ${cache.folder}: ${cached.toLocaleString("en")} had it, ` +
      `${(count - failed - cached).toLocaleString("en")} computed, ${failed.toLocaleString("en")} failed; ` +
      `${elapsed.toFixed(1)} s, ${Math.round(seconds / elapsed).toLocaleString("en")} × real time\n`,
  );
  return failed + unkept > 0 ? 1 : 0;
}

/** By workers; their side of this program is loaded only here. */
async function spread(
  utterances: readonly Utterance[],
  options: Omit<Parameters<typeof spreadFeatures>[1], "version">,
): Promise<BuiltRecording[]> {
  const fleet = await import("../fleet/index.ts");
  return fleet.spreadFeatures(utterances, { ...options, version: packageVersion() });
}
