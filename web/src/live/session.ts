import type { Measurement, StreamEvent } from "../../../src/browser.ts";
import type { Engine } from "../engine/engine.ts";
import type { LiveNews } from "../engine/messages.ts";
import { UNSURE_BELOW } from "../look/emotions.ts";
import { Store } from "../look/store.ts";
import type { Devices } from "./devices.ts";
import { History } from "./history.ts";
import { type Microphone, MicrophoneError, openMicrophone } from "./microphone.ts";
import { type Problem, problemOf } from "./problems.ts";

/** What the voice is like now. */
export type Voice =
  | { readonly kind: "silence" }
  /** Somebody speaks, but nothing has been measured yet. */
  | { readonly kind: "onset" }
  | {
      readonly kind: "measured";
      /** The most probable label. */
      readonly emotion: string;
      readonly unsure: boolean;
      readonly confidence: number;
      readonly probabilities: Readonly<Record<string, number>>;
      /** The utterance has ended; this is its answer. */
      readonly over: boolean;
    };

/** What the view of the microphone shows. */
export interface LiveState {
  readonly phase: "idle" | "asking" | "listening" | "problem";
  readonly voice: Voice;
  readonly problem: Problem | null;
  readonly note: string | null;
  /** How far the answers are behind the voice, in seconds. */
  readonly late: number;
}

/** So long, in milliseconds, an utterance's answer stays after its end. */
const HOLD = 2500;

/** So short, in seconds, a stretch of speech need not be enough. */
const SYLLABLE = 1;

const QUIET: Pick<LiveState, "voice" | "problem" | "note" | "late"> = {
  voice: { kind: "silence" },
  problem: null,
  note: null,
  late: 0,
};

/** From the button to the answers: microphone, engine, and what has been heard. */
export class LiveSession extends Store<LiveState> {
  history = new History();
  /** When the last peak came, by the page's clock: between two the picture moves on by itself. */
  heardAt = 0;
  readonly devices: Devices;
  readonly #engine: Engine;
  #microphone: Microphone | null = null;
  #attempt = 0;
  #hold: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: Engine, devices: Devices) {
    super({ phase: "idle", ...QUIET });
    this.#engine = engine;
    this.devices = devices;
  }

  /** @param device as listed; undefined: the last one */
  async start(device: string = this.devices.state.chosen): Promise<void> {
    this.#close();
    const attempt = ++this.#attempt;
    this.history = new History();
    this.devices.choose(device);
    this.set({ phase: "asking", ...QUIET });
    try {
      const microphone = await openMicrophone(device === "" ? undefined : device, {
        connect: (sampleRate) => this.#engine.listen(sampleRate, (news) => this.#heard(news)),
        peak: (magnitude) => {
          this.history.addPeak(magnitude);
          this.heardAt = performance.now();
        },
        lost: (problem) => this.#fail(problem),
      });
      // Stopped, or started anew, while the browser asked.
      if (attempt !== this.#attempt) return microphone.close();
      this.#microphone = microphone;
      this.devices.choose(microphone.device.id);
      this.set({ phase: "listening", note: microphone.note });
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error instanceof MicrophoneError ? error.problem : problemOf(error));
    }
    await this.devices.refresh();
  }

  stop(): void {
    this.#attempt++;
    this.#close();
    this.set({ phase: "idle", ...QUIET });
  }

  #fail(problem: Problem): void {
    this.#close();
    this.devices.choose("");
    this.set({ phase: "problem", ...QUIET, problem });
    void this.devices.refresh();
  }

  #close(): void {
    clearTimeout(this.#hold);
    this.#microphone?.close();
    this.#microphone = null;
    this.#engine.stopListening();
  }

  #heard(news: LiveNews): void {
    if (this.state.phase !== "listening" && this.state.phase !== "asking") return;
    if (news.type === "failed") this.#fail({ title: "Listening has stopped", advice: news.message });
    else if (news.type === "events") {
      for (const event of news.events) this.#follow(event);
      if (Math.abs(news.late - this.state.late) > 0.5) this.set({ late: news.late });
    }
  }

  #follow(event: StreamEvent): void {
    if (event.type === "utterance.start") {
      clearTimeout(this.#hold);
      this.history.startUtterance(event.start);
      if (this.state.voice.kind === "silence") this.set({ voice: { kind: "onset" } });
    } else if (event.type === "measurement") {
      // A full window's share of the clip repeats what was told on the way.
      if (event.trigger === "speech_ended" || event.weight === 0) this.#measured(event);
    } else {
      clearTimeout(this.#hold);
      this.#hold = setTimeout(() => this.set({ voice: { kind: "silence" } }), HOLD);
    }
  }

  #measured(measurement: Measurement): void {
    this.history.measured(measurement);
    const { emotion, confidence, probabilities, trigger, start, end } = measurement;
    const over = trigger === "speech_ended";
    const unsure = confidence < UNSURE_BELOW;
    // A syllable says little: rather wait than say so.
    if (unsure && !over && end - start < SYLLABLE) return;
    this.set({
      voice: { kind: "measured", emotion, unsure, confidence, probabilities, over },
    });
  }
}
