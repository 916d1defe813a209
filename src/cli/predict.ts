import type { Command } from "commander";
import { readAudio } from "../audio/read-audio.node.ts";
import { ParameterError, SpeechEmotionError } from "../errors.ts";
import type { Recognition } from "../recognize/index.ts";
import type { Device } from "../runtime/index.ts";
import { choiceOption } from "./choice.ts";
import { type Colours, coloursOf } from "./colours.ts";
import type { CliCommand } from "./command.ts";
import { messageOf } from "./nearest-file.ts";
import { percent } from "./numbers.ts";
import { deviceOption, minConfidenceOption, modelOption, recognizerFor, voiceOption } from "./recognizer-options.ts";
import { TIMELINE_FORMATS, type TimelineFormat, writeTimeline } from "./timeline.ts";

interface PredictOptions {
  readonly model: string;
  readonly voice?: string;
  readonly minConfidence: number;
  readonly device: Device;
  readonly json?: true;
  readonly timeline?: true;
  readonly format?: TimelineFormat;
}

/** `ser predict`: the emotion in each file. */
export const command: CliCommand<PredictOptions> = {
  examples: [
    "ser predict voice.wav",
    "ser predict voice.wav --min-confidence 0.5",
    "ser predict calls/*.mp3 --json > emotions.jsonl",
    "ser predict meeting.mp3 --timeline",
    "ser predict meeting.mp3 --timeline --format srt > meeting.srt",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<files...>", "audio files: wav, aiff, mp3, flac, ogg, opus, webm; m4a where audio-decode is installed")
      .addOption(modelOption())
      .addOption(minConfidenceOption())
      .addOption(voiceOption())
      .addOption(deviceOption())
      .option("--json", "one JSON object a line")
      .option("--timeline", "which emotion when: segments with begin and end, of a recording of any length")
      .addOption(choiceOption("--format <name>", "of the timeline; default text", TIMELINE_FORMATS));
  },

  async run(files, { model, voice, minConfidence, device, json, ...asked }, context) {
    const { stdout, stderr, progress, signal } = context;
    const format = timelineFormat(asked, json === true, files.length);
    const recognizer = await recognizerFor(model, device, voice);
    const width = Math.max(...files.map((file) => file.length));
    const colours = coloursOf(stdout);
    let failed = 0;
    for (const [i, file] of files.entries()) {
      if (signal.aborted) throw new SpeechEmotionError("aborted", `stopped after ${i} of ${files.length} files`);
      try {
        if (format !== null) {
          if (files.length > 1 && format === "text") stdout.write(`${i > 0 ? "\n" : ""}${file}\n`);
          await writeTimeline(file, recognizer, { format, minConfidence }, context);
          continue;
        }
        const recognition = await recognizer.recognize(await readAudio(file), { minConfidence });
        stdout.write(
          json === true
            ? `${JSON.stringify({ file, ...recognition })}\n`
            : renderLine(file, recognition, width, colours),
        );
      } catch (error) {
        if (!(error instanceof SpeechEmotionError) || error.code === "aborted") throw error;
        failed++;
        const { code } = error;
        const message = messageOf(error);
        if (json === true || format === "json") stdout.write(`${JSON.stringify({ file, error: { code, message } })}\n`);
        else stderr.write(`error: ${message}\n`);
      }
      if (files.length > 1 && format === null) progress.update("predict", i + 1, files.length);
    }
    await recognizer.release();
    return failed > 0 ? 1 : 0;
  },
};

/** How a timeline is asked for; null when it is not. */
function timelineFormat(
  { timeline, format }: Pick<PredictOptions, "timeline" | "format">,
  json: boolean,
  files: number,
): TimelineFormat | null {
  if (timeline !== true) {
    if (format !== undefined) throw new ParameterError(`--format ${format}: it is of the timeline; add --timeline`);
    return null;
  }
  const chosen = format ?? (json ? "json" : "text");
  if (json && chosen !== "json") throw new ParameterError(`--json and --format ${chosen} exclude each other`);
  if (files > 1 && (chosen === "srt" || chosen === "vtt")) {
    throw new ParameterError(`--format ${chosen}: one file at a time, ${files} were given; call ser once for each`);
  }
  return chosen;
}

/**
 * `voice.wav  happy    87.3 %   (sad 5.2 %, neutral 3.1 %)  2.4 s`; when it is unsure
 * `voice.wav  unsure            (happy 41.0 %, sad 35.2 %)  2.4 s`.
 */
function renderLine(
  file: string,
  { unsure, probabilities, seconds }: Recognition,
  width: number,
  { bold, dim }: Colours,
): string {
  const name = file.padEnd(width);
  if (probabilities === null) return `${name}  ${dim("no speech")}  ${seconds.toFixed(1)} s\n`;
  const ranked = Object.entries(probabilities).toSorted((a, b) => b[1] - a[1]);
  const told = ranked.map(([label, p]) => `${label} ${percent(p)}`);
  const column = Math.max("unsure".length, ...ranked.map(([label]) => label.length));
  const answer = unsure
    ? `${dim("unsure".padEnd(column + 8))}  (${told.slice(0, 2).join(", ")})`
    : `${bold(`${ranked[0]![0].padEnd(column)} ${percent(ranked[0]![1]).padStart(7)}`)}  ${dim(`(${told.slice(1, 3).join(", ")})`)}`;
  return `${name}  ${answer}  ${seconds.toFixed(1)} s\n`;
}
