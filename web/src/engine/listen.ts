import type { Recognizer } from "../../../src/browser.ts";
import type { LiveNews } from "./messages.ts";

/** So far behind the sound, in seconds, a device will not catch up. */
const TOO_LATE = 30;

/**
 * Recognises what comes through the port.
 *
 * @param stop ends the sound; what has come is still told of
 * @throws Error when the device is too slow, and what the stream throws
 */
export async function listen(
  recognizer: Recognizer,
  port: MessagePort,
  sampleRate: number,
  tell: (news: LiveNews) => void,
  stop: AbortSignal,
): Promise<void> {
  // What is said while the model still loads waits in the port.
  const waiting: Float32Array[] = [];
  let samples = 0;
  let wake: (() => void) | null = null;
  port.addEventListener("message", ({ data }: MessageEvent<Float32Array>) => {
    waiting.push(data);
    samples += data.length;
    wake?.();
  });
  stop.addEventListener("abort", () => wake?.());
  port.start();
  try {
    const stream = recognizer.stream({ sampleRate });
    while (!stop.aborted || waiting.length > 0) {
      const chunk = waiting.shift();
      if (!chunk) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      samples -= chunk.length;
      const late = samples / sampleRate;
      if (late > TOO_LATE) throw new Error("This device is too slow to follow a voice as it speaks.");
      const events = await stream.push(chunk);
      if (events.length > 0) tell({ type: "events", events, late });
    }
    tell({ type: "events", events: await stream.end(), late: 0 });
    tell({ type: "ended" });
  } finally {
    port.close();
  }
}
