import { existsSync, readFileSync } from "node:fs";
import type { Waveform } from "../src/audio/index.ts";
import { floats, Session, type TensorLike } from "../src/runtime/index.ts";

const peers = process.env["SER_PEERS"] ?? "/opt/peers";
const MODEL = `${peers}/node_modules/@ricky0123/vad-web/dist/silero_vad_v5.onnx`;
const FRAME = 512;
const CONTEXT = 64;

/** What Silero wants, in hertz. */
export const SILERO_RATE = 16_000;

/** Whether Silero is on this machine: it is no dependency, `npm i --prefix /opt/peers @ricky0123/vad-web` (or set SER_PEERS). */
export const hasSilero = (): boolean => existsSync(MODEL);

/** Silero VAD v5 as @ricky0123/vad-web ships it: a waveform at 16 kHz → the probability of speech in each frame of 32 ms. */
export async function openSilero(): Promise<(waveform: Waveform) => Promise<number[]>> {
  const session = await Session.create(readFileSync(MODEL), { threads: 1 });
  const sr: TensorLike = { type: "int64", data: BigInt64Array.of(BigInt(SILERO_RATE)), shape: [] };
  return async ({ samples }) => {
    const found: number[] = [];
    let state = new Float32Array(2 * 128);
    for (let at = 0; at + FRAME <= samples.length; at += FRAME) {
      // Each frame comes with the 64 samples before it.
      const input = new Float32Array(CONTEXT + FRAME);
      input.set(samples.subarray(Math.max(0, at - CONTEXT), at + FRAME), Math.max(0, CONTEXT - at));
      const outputs = await session.run({
        input: floats(input, [1, input.length]),
        state: floats(state, [2, 1, 128]),
        sr,
      });
      state = outputs["stateN"]!.data as Float32Array<ArrayBuffer>;
      found.push(outputs["output"]!.data[0] as number);
    }
    return found;
  };
}

/** First and last moment of speech by Silero's rule of use, three frames in a row of at least 0.5, in seconds; null: none. */
export function sileroBorders(probabilities: readonly number[]): [start: number, end: number] | null {
  const speaks = probabilities.map((p) => p >= 0.5);
  const inRun = speaks.map((_, i) =>
    [i - 2, i - 1, i].some((from) => [from, from + 1, from + 2].every((k) => speaks[k] === true)),
  );
  if (!inRun.includes(true)) return null;
  const seconds = FRAME / SILERO_RATE;
  return [inRun.indexOf(true) * seconds, (inRun.lastIndexOf(true) + 1) * seconds];
}
