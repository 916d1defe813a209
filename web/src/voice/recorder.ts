import type { Engine, Taking } from "../engine/engine.ts";
import type { Enough } from "../engine/messages.ts";
import type { Devices } from "../live/devices.ts";
import { type Microphone, MicrophoneError, openMicrophone } from "../live/microphone.ts";
import { type Problem, problemOf } from "../live/problems.ts";
import { Store } from "../look/store.ts";

/** What is to be recorded. */
export interface Wanted {
  /** The emotion that is acted; null: the everyday voice. */
  readonly label: string | null;
  readonly enough: Enough;
}

/** What the recorder shows. */
export interface RecorderState {
  readonly phase: "closed" | "asking" | "hearing" | "problem";
  readonly wanted: Wanted;
  /** Of speech so far. */
  readonly seconds: number;
  readonly problem: Problem | null;
  /** What the user should know of the microphone. */
  readonly note: string | null;
}

/** A recording that the engine keeps. */
export interface Taken {
  readonly id: number;
  /** Of speech in it. */
  readonly seconds: number;
}

const NOTHING: Wanted = { label: null, enough: { speech: Infinity, utterance: false } };

/** Records one piece of the voice at a time. */
export class Recorder extends Store<RecorderState> {
  /** Magnitudes, ten a second. */
  peaks: number[] = [];
  readonly devices: Devices;
  readonly #engine: Engine;
  #microphone: Microphone | null = null;
  #taking: Taking | null = null;
  #attempt = 0;
  #settle: (taken: Taken | null) => void = () => undefined;

  constructor(engine: Engine, devices: Devices) {
    super({ phase: "closed", wanted: NOTHING, seconds: 0, problem: null, note: null });
    this.#engine = engine;
    this.devices = devices;
  }

  /** @returns what was recorded; null when it was given up */
  record(wanted: Wanted): Promise<Taken | null> {
    this.cancel();
    this.set({ wanted });
    return new Promise((resolve) => {
      this.#settle = resolve;
      void this.start();
    });
  }

  /** From the beginning, also after a problem. @param device as listed; undefined: the last one */
  async start(device: string = this.devices.state.chosen): Promise<void> {
    this.#stop();
    const attempt = ++this.#attempt;
    this.peaks = [];
    this.devices.choose(device);
    this.set({ phase: "asking", seconds: 0, problem: null, note: null });
    try {
      const microphone = await openMicrophone(device === "" ? undefined : device, {
        connect: (sampleRate) => this.#take(sampleRate),
        peak: (magnitude) => void this.peaks.push(magnitude),
        lost: (problem) => this.#fail(problem),
      });
      // Given up, or begun anew, while the browser asked; or enough already.
      if (attempt !== this.#attempt) return microphone.close();
      this.#microphone = microphone;
      this.devices.choose(microphone.device.id);
      this.set({ phase: "hearing", note: microphone.note });
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error instanceof MicrophoneError ? error.problem : problemOf(error));
    }
    await this.devices.refresh();
  }

  /** What has been said is to be kept. */
  done(): void {
    this.#taking?.done();
  }

  cancel(): void {
    this.#close(null);
  }

  #take(sampleRate: number): MessagePort {
    const taking = this.#engine.record(sampleRate, this.state.wanted.enough, {
      heard: (seconds) => this.set({ seconds }),
      taken: (seconds) => {
        this.#taking = null;
        this.#close({ id: taking.id, seconds });
      },
      failed: (reason) =>
        this.#fail({ title: "Nothing was recorded", advice: `${reason} Try again, a little louder.` }),
    });
    this.#taking = taking;
    return taking.port;
  }

  #fail(problem: Problem): void {
    this.#stop();
    this.#attempt++;
    this.devices.choose("");
    this.set({ phase: "problem", problem });
    void this.devices.refresh();
  }

  #close(taken: Taken | null): void {
    this.#stop();
    this.#attempt++;
    if (this.state.phase !== "closed") this.set({ phase: "closed" });
    this.#settle(taken);
    this.#settle = () => undefined;
  }

  #stop(): void {
    this.#taking?.cancel();
    this.#taking = null;
    this.#microphone?.close();
    this.#microphone = null;
  }
}
