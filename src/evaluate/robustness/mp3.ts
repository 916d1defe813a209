import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { decodeAudio, resample, type Waveform } from "../../audio/index.ts";

/**
 * Why MP3 cannot be measured on this machine, or null when it can. There is no encoder of MP3 under a licence that this
 * package could carry (LAME and Shine are LGPL), so an ffmpeg on the PATH does it.
 */
export async function mp3Unavailable(): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)("ffmpeg", ["-hide_banner", "-encoders"]);
    return stdout.includes("libmp3lame") ? null : "this ffmpeg has no MP3 encoder (libmp3lame)";
  } catch (cause) {
    const missing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    return missing ? "ffmpeg not found" : `ffmpeg does not run (${String(cause).split("\n")[0]})`;
  }
}

/**
 * What MP3 leaves of a voice: encoded by ffmpeg's libmp3lame, mono, constant bit rate, and decoded as every file is, with
 * whatever silence the format puts at its ends. Levels beyond full scale are the encoder's to limit.
 *
 * @param bitrate in bits a second
 * @param sampleRate of the file, in hertz: one of MPEG's
 */
export async function mp3RoundTrip(waveform: Waveform, bitrate: number, sampleRate: number): Promise<Waveform> {
  const { samples } = resample(waveform, sampleRate);
  const input = ["-f", "f32le", "-ar", String(sampleRate), "-ac", "1", "-i", "pipe:0"];
  const output = ["-c:a", "libmp3lame", "-b:a", String(bitrate), "-f", "mp3", "pipe:1"];
  const child = spawn("ffmpeg", ["-hide_banner", "-loglevel", "error", "-threads", "1", ...input, ...output]);
  const encoded: Buffer[] = [];
  let complaint = "";
  child.stdout.on("data", (piece: Buffer) => encoded.push(piece));
  child.stderr.on("data", (piece: Buffer) => (complaint += String(piece)));
  // A child that refuses its input says why on stderr; the broken pipe itself tells nothing.
  child.stdin.on("error", () => undefined);
  child.stdin.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  const status = await new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  if (status !== 0) throw new Error(`ffmpeg ended with ${status}: ${complaint.trim()}`);
  const { samples: decoded, sampleRate: rate } = await decodeAudio(Buffer.concat(encoded));
  return { samples: decoded, sampleRate: rate };
}
