import { existsSync, mkdirSync, statSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { protocolNamed, PROTOCOLS, type Protocol } from "../corpora/index.ts";
import { InputError, ParameterError } from "../errors.ts";
import { renderProtocol, runProtocol } from "../evaluate/index.ts";
import { spreadRuns } from "../fleet/index.ts";
import { provenance } from "../provenance.node.ts";
import { trainConfig, type TrainConfig } from "../train/index.ts";
import { choiceArgument } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { readConfig } from "./config-file.ts";
import { countOption, wholeNumbers } from "./numbers.ts";
import { assertWritable, JSON_OPTION, tell } from "./output.ts";
import { addSpreadOptions, fleetAddress, type SpreadOptions } from "./queue-options.ts";
import { addTrainOptions, type Setting } from "./train-options.ts";

interface ProtocolOptions extends Partial<Omit<TrainConfig, "augment">>, SpreadOptions {
  readonly augment?: readonly string[] | false;
  readonly config?: string;
  readonly seeds: readonly number[];
  readonly folds?: readonly number[];
  readonly jobs: number;
  readonly out?: string;
  readonly keepModels?: string;
  readonly list?: true;
  readonly restart?: true;
  readonly json?: true;
}

/** What a protocol says itself; a configuration file must not. */
const OF_THE_PROTOCOL: readonly Setting[] = ["seed", "split", "labels", "testShare", "validationShare"];

/** `ser protocol`: honest figures that others can compare with. */
export const command: CliCommand<ProtocolOptions> = {
  examples: [
    "ser protocol --list",
    "ser protocol ravdess-emobox --corpora ~/ravdess",
    "ser protocol four-corpora --corpora ~/ravdess ~/crema-d ~/tess ~/savee --preset logmel72 --seeds 1,2,3 --jobs 2",
    "ser protocol ravdess-emobox --corpora /mnt/ravdess --seeds 1,2,3 --redis redis://10.0.0.5:6379",
  ],

  configure(cmd: Command) {
    cmd
      .addArgument(
        choiceArgument(
          "[protocol]",
          "a protocol; without one they are listed",
          PROTOCOLS.map(({ name }) => name),
        ),
      )
      .option("--list", "list the protocols, a line each")
      .option("--corpora <paths...>", "folders of the protocol's corpora; others are passed over")
      .option(
        "--out <file>",
        "the result, *.json (default: runs/<protocol>-<preset>.json); answers are written beside it",
      )
      .option("--seeds <list>", "train every fold with each of these", wholeNumbers("--seeds"), [1])
      .option("--folds <list>", "only these folds, e.g. 1,3 (default: all)", wholeNumbers("--folds"))
      .option("--jobs <n>", "folds at once; they share the threads", countOption("--jobs"), 1)
      .option("--keep-models <folder>", "keep every run's model there")
      .option("--augment <rules...>", "augmented copies for training, as in ser train")
      .option("--no-augment", "no augmented copies, whatever the preset's default");
    addTrainOptions(cmd, OF_THE_PROTOCOL);
    addSpreadOptions(cmd, "folds and seeds", "with --redis: the corpora lie in it, and workers may have it elsewhere");
    cmd
      .option("--config <file>", "JSON with any of these settings; options come first")
      .option("--restart", "forget what an earlier run of this command has finished")
      .option(...JSON_OPTION)
      .addHelpText(
        "after",
        "\nFinished folds are kept beside the result: after Ctrl-C or a kill the same command goes on.",
      );
  },

  async run([name], { list, json, ...options }, { stdout, stderr, progress, signal }) {
    if (name === undefined || list === true) {
      const protocols = PROTOCOLS.map(({ name: own, summary, source, leaky }) => ({
        name: own,
        summary,
        source,
        leaky,
      }));
      tell(stdout, json, { protocols }, renderProtocols());
      return 0;
    }
    const protocol = protocolNamed(name);
    const { augment, config: configFile, seeds, folds, jobs, out: wanted, keepModels, restart, ...others } = options;
    const { redis, queue, root, ...plain } = others;
    const fleet = fleetAddress({ redis, queue, root });
    if (jobs > 1 && fleet !== undefined)
      throw new ParameterError(`--jobs: ${jobs} goes without --redis; there, every ser worker does one fold at a time`);
    const onNote = (text: string): void => stderr.write(text);
    const config = trainConfig(
      {
        ...plain,
        labels: protocol.labels,
        split: protocol.leaky ? "random" : "speaker",
        ...(augment !== undefined && { augment: augment === false ? "none" : augment.join(",") }),
      },
      configFile === undefined ? {} : ownSettings(readConfig(configFile), protocol),
    );
    const out = wanted ?? defaultOut(protocol, config);
    await assertWritable("--out", out, ".json");
    if (keepModels !== undefined) assertFolder(keepModels);
    const result = await runProtocol({
      protocol,
      config,
      seeds,
      ...(folds && { folds }),
      jobs,
      out,
      restart: restart === true,
      ...(keepModels !== undefined && { keepModels }),
      provenance: provenance(),
      signal,
      ...(fleet !== undefined && { spread: spreadRuns(fleet, { anew: restart === true, onNote }) }),
      onProgress: (label, done, total, note) => progress.update(label, done, total, note),
      onNote,
    });
    progress.finish();
    // Workers failed, and that has been told.
    if (result === null && !signal.aborted) return 1;
    if (result === null) {
      stderr.write("interrupted: nothing is lost; the same command goes on\n");
      return signal.reason === "SIGTERM" ? 143 : 130;
    }
    tell(stdout, json, { file: out, ...result }, `${renderProtocol(result)}wrote ${out}\n`);
    return Object.keys(result.data.failed).length > 0 ? 1 : 0;
  },
};

/** Every protocol in a line. */
function renderProtocols(): string {
  const width = Math.max(...PROTOCOLS.map(({ name }) => name.length));
  return PROTOCOLS.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`).join("");
}

function defaultOut({ name }: Protocol, { preset }: TrainConfig): string {
  mkdirSync("runs", { recursive: true });
  return path.join("runs", `${name}-${preset}.json`);
}

/** @throws ParameterError when the file settles what the protocol settles. */
function ownSettings(settings: Record<string, unknown>, { name }: Protocol): Record<string, unknown> {
  const taken = OF_THE_PROTOCOL.find((setting) => Object.hasOwn(settings, setting));
  if (taken === undefined) return settings;
  const instead = taken === "seed" ? "; give --seeds" : "";
  throw new ParameterError(`--config: "${taken}" is what the protocol ${name} settles${instead}`);
}

function assertFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  if (!statSync(folder).isDirectory()) throw new InputError("file_not_a_file", `--keep-models: ${folder} is no folder`);
}
