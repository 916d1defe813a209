import type { Waveform } from "../../../src/browser.ts";
import { joinFloats } from "../../../src/bytes.ts";
import type { Enough } from "./messages.ts";
import { type Job, soundOf } from "./sound.ts";
import { SpeechClock } from "./speech-clock.ts";

/** A recording of the voice. */
export interface Take extends Waveform {
  /** Of speech in it. */
  readonly speech: number;
}

/** The longest recording that is taken, in seconds. */
const LONGEST = 120;

/** So long, in seconds of sound, the microphone is listened to at most. */
const PATIENCE = 60;

/** The shortest utterance, in seconds, that can end a recording. */
const UTTERANCE = 1;

/** Sound that grows. */
class Sound {
  readonly #pieces: Float32Array[] = [];
  readonly #clock: SpeechClock;
  readonly #rate: number;
  #length = 0;

  constructor(sampleRate: number, modelRate: number) {
    this.#rate = sampleRate;
    this.#clock = new SpeechClock(sampleRate, modelRate);
  }

  get seconds(): number {
    return this.#length / this.#rate;
  }

  get speech(): number {
    return this.#clock.seconds;
  }

  get longestUtterance(): number {
    return this.#clock.longest;
  }

  push(samples: Float32Array): void {
    this.#pieces.push(samples);
    this.#length += samples.length;
    this.#clock.push(samples);
  }

  /** @throws Error when nobody speaks in it */
  end(): Take {
    this.#clock.end();
    if (this.speech === 0) throw new Error("No speech was heard in it.");
    return { samples: joinFloats(this.#pieces), sampleRate: this.#rate, speech: this.speech };
  }
}

/**
 * Records what comes through the port, until it is enough or `done`.
 *
 * @param heard told the seconds of speech so far
 * @throws Error when nobody spoke, or the job was cancelled
 */
export async function record(
  port: MessagePort,
  rates: { readonly sampleRate: number; readonly modelRate: number },
  enough: Enough,
  heard: (seconds: number) => void,
  done: AbortSignal,
): Promise<Take> {
  const sound = new Sound(rates.sampleRate, rates.modelRate);
  await new Promise<void>((resolve) => {
    port.addEventListener("message", ({ data }: MessageEvent<Float32Array>) => {
      if (done.aborted) return;
      sound.push(data);
      heard(sound.speech);
      const said = enough.utterance && sound.longestUtterance >= UTTERANCE;
      if (said || sound.speech >= enough.speech || sound.seconds >= PATIENCE) resolve();
    });
    done.addEventListener("abort", () => resolve());
    if (done.aborted) resolve();
    port.start();
  });
  port.close();
  return sound.end();
}

/** A file's sound. @throws Error when nobody speaks in it or it is too long, and what decoders throw */
export async function takeFile(file: Blob, modelRate: number, job: Job): Promise<Take> {
  let sound: Sound | null = null;
  for await (const { samples, sampleRate } of soundOf(file, job, () => undefined)) {
    job.abort.signal.throwIfAborted();
    sound ??= new Sound(sampleRate, modelRate);
    sound.push(samples.slice());
    if (sound.seconds > LONGEST) {
      throw new Error(`It is longer than ${LONGEST / 60} minutes. Cut out a piece in which only you speak.`);
    }
  }
  if (!sound) throw new Error("There is no sound in it.");
  return sound.end();
}
