import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";
import { InputError, ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";

/** Rate that recorders are asked for, in hertz. */
export const RECORDER_RATE = 16_000;

const RATE = String(RECORDER_RATE);
const SOX = ["-q", "-t", "raw", "-b", "16", "-e", "signed-integer", "-c", "1", "-r", RATE, "-"];

/** Where ffmpeg finds the microphone. */
function ffmpegInput(): string[] {
  if (process.platform === "darwin") return ["-f", "avfoundation", "-i", ":0"];
  return process.platform === "win32" ? ["-f", "dshow", "-i", "audio=default"] : ["-f", "alsa", "-i", "default"];
}

/** Programs that write the microphone's sound to their output, s16le, in the order in which they are looked for. */
const RECORDERS: Readonly<Record<string, () => readonly string[]>> = {
  arecord: () => ["-q", "-t", "raw", "-f", "S16_LE", "-c", "1", "-r", RATE],
  rec: () => SOX,
  sox: () => ["-d", ...SOX],
  ffmpeg: () => ["-hide_banner", "-loglevel", "error", ...ffmpegInput(), "-ac", "1", "-ar", RATE, "-f", "s16le", "-"],
};

/** Names for `--recorder`. */
export const RECORDER_NAMES: readonly string[] = Object.keys(RECORDERS);

function isInstalled(name: string): boolean {
  return (process.env["PATH"] ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, process.platform === "win32" ? `${name}.exe` : name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * The program that will record: the one asked for, else the first that is installed.
 *
 * @throws ParameterError for an unknown name; InputError `microphone_unavailable` when there is none
 */
export function findRecorder(asked?: string): string {
  if (asked !== undefined && !RECORDER_NAMES.includes(asked)) {
    throw new ParameterError(`--recorder: ${noneOf(asked, RECORDER_NAMES)}`);
  }
  const found = (asked === undefined ? RECORDER_NAMES : [asked]).find(isInstalled);
  if (found === undefined) {
    const names = asked ?? RECORDER_NAMES.join(", ");
    throw new InputError(
      "microphone_unavailable",
      `listen: no program that records is installed (looked for ${names}); install alsa-utils, sox or ffmpeg, or pipe sound in with --stdin`,
    );
  }
  return found;
}

/**
 * The microphone's sound, s16le at {@link RECORDER_RATE}, until `signal` ends it.
 *
 * @throws InputError `microphone_unavailable` when the program gives up
 */
export async function* record(recorder: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const child = spawn(recorder, RECORDERS[recorder]!(), { stdio: ["ignore", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint = (complaint + text).slice(-2000)));
  const ended = new Promise<number | null>((resolve) => {
    child.on("error", (error) => {
      complaint = error.message;
      resolve(null);
    });
    child.on("close", resolve);
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  try {
    if (signal.aborted) stop();
    for await (const bytes of child.stdout) yield bytes as Buffer;
    const code = await ended;
    if (code !== 0 && !signal.aborted) {
      const last = complaint.trim().split("\n").at(-1) ?? "";
      throw new InputError(
        "microphone_unavailable",
        `listen: ${recorder} cannot record${last === "" ? "" : ` (${last})`}; try another with --recorder, or pipe sound in with --stdin`,
      );
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
}
