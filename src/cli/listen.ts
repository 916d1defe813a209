import type { Command } from "commander";
import { decodeRaw, RAW_FORMATS, type RawFormat } from "../audio/index.ts";
import { ParameterError } from "../errors.ts";
import type { StreamEvent } from "../recognize/index.ts";
import type { Device } from "../runtime/index.ts";
import { choiceOption } from "./choice.ts";
import type { CliCommand, TextOutput } from "./command.ts";
import { LiveView, renderMeasurement } from "./live-view.ts";
import { numberOption } from "./numbers.ts";
import { findRecorder, record, RECORDER_NAMES, RECORDER_RATE } from "./recorder.ts";
import { deviceOption, modelOption, recognizerFor, voiceOption } from "./recognizer-options.ts";

interface ListenOptions {
  readonly model: string;
  readonly voice?: string;
  readonly device: Device;
  readonly interval: number;
  readonly recorder?: string;
  readonly stdin?: true;
  readonly rate?: number;
  readonly format?: RawFormat;
  readonly json?: true;
}

/** `ser listen`: the emotion while someone speaks. */
export const command: CliCommand<ListenOptions> = {
  examples: [
    "ser listen",
    "ser listen --json | jq .emotion",
    "ffmpeg -i call.mp3 -f s16le -ac 1 -ar 16000 - | ser listen --stdin --rate 16000 --json",
  ],

  configure(cmd: Command) {
    cmd
      .addOption(modelOption())
      .addOption(voiceOption())
      .addOption(deviceOption())
      .option("--interval <seconds>", "from one measurement to the next", numberOption("--interval"), 0.5)
      .addOption(choiceOption("--recorder <name>", "what records; default: the first that is there", RECORDER_NAMES))
      .option("--stdin", "hear bare samples on standard input, one channel, instead of the microphone")
      .option("--rate <hertz>", `sampling rate of standard input (default: ${RECORDER_RATE})`, numberOption("--rate"))
      .addOption(choiceOption("--format <name>", "samples of standard input (default: s16le)", RAW_FORMATS))
      .option("--json", "every event as one JSON object a line");
  },

  async run(_, { model, voice, device, interval, recorder, stdin, rate, format, json }, { stdout, stderr, signal }) {
    if (stdin === true && recorder !== undefined) {
      throw new ParameterError("--stdin and --recorder exclude each other");
    }
    if (stdin !== true && (rate ?? format) !== undefined) {
      throw new ParameterError(
        "--rate and --format are of standard input, the microphone's are known; give --stdin, too, or neither",
      );
    }
    const program = stdin === true ? null : findRecorder(recorder);
    const sampleRate = rate ?? RECORDER_RATE;
    await using recognizer = await recognizerFor(model, device, voice);
    const stream = recognizer.stream({ sampleRate, interval });
    const show = viewOf(recognizer.labels, stdout, json === true);
    if (program !== null) stderr.write(`listening with ${program}; Ctrl-C ends\n`);
    const bytes = program === null ? standardInput(signal) : record(program, signal);
    const sound = decodeRaw(bytes, format ?? "s16le", sampleRate);
    let samples = 0;
    for await (const piece of sound) {
      samples += piece.samples.length;
      show(await stream.push(piece.samples), samples / sampleRate);
    }
    show(await stream.end(), samples / sampleRate);
    return 0;
  },
};

/** Standard input until it ends or `signal` ends it. */
async function* standardInput(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const stop = (): void => void process.stdin.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const bytes of process.stdin) yield bytes as Buffer;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** JSON lines; on a terminal the live view; elsewhere a line an utterance. */
function viewOf(
  labels: readonly string[],
  stdout: TextOutput,
  json: boolean,
): (events: readonly StreamEvent[], seconds: number) => void {
  if (json) return (events) => events.forEach((event) => stdout.write(`${JSON.stringify(event)}\n`));
  if ("isTTY" in stdout && stdout.isTTY === true) {
    const view = new LiveView(labels, (text) => stdout.write(text));
    return (events, seconds) => view.update(events, seconds);
  }
  return (events) => {
    for (const event of events) {
      if (event.type === "measurement" && event.trigger === "speech_ended") stdout.write(renderMeasurement(event));
    }
  };
}
