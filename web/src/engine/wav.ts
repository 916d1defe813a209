import type { Waveform } from "../../../src/browser.ts";

/** Sound as 16-bit wav. @param pieces all at one rate */
export async function toWav(pieces: AsyncIterable<Waveform> | Iterable<Waveform>): Promise<Blob> {
  const parts: Int16Array<ArrayBuffer>[] = [];
  let rate = 0;
  let samples = 0;
  for await (const piece of pieces) {
    rate = piece.sampleRate;
    samples += piece.samples.length;
    parts.push(Int16Array.from(piece.samples, (x) => Math.round(32767 * Math.max(-1, Math.min(1, x)))));
  }
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, four: string): void => {
    for (let i = 0; i < 4; i++) header.setUint8(at + i, four.charCodeAt(i));
  };
  text(0, "RIFF");
  header.setUint32(4, 36 + 2 * samples, true);
  text(8, "WAVE");
  text(12, "fmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, rate, true);
  header.setUint32(28, 2 * rate, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, 2 * samples, true);
  return new Blob([header, ...parts], { type: "audio/wav" });
}
