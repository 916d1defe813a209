import type { Segment } from "../../../src/browser.ts";
import type { Engine } from "../engine/engine.ts";
import { PEAK_RATE } from "../engine/messages.ts";
import { Store } from "../look/store.ts";
import { Player } from "./player.ts";

/** What the view of a file shows. */
export interface FileState {
  readonly phase: "empty" | "working" | "done" | "failed";
  readonly name: string;
  readonly segments: readonly Segment[];
  /** How long the sound is as far as is known, in seconds. */
  readonly seconds: number;
  /** Share of the file that has been read, 0 … 1. */
  readonly share: number;
  readonly failure: string;
}

/** Magnitudes that grow as a file is read. */
class Peaks {
  values: Float32Array<ArrayBuffer> = new Float32Array(6000);
  length = 0;

  add(more: Float32Array): void {
    if (this.length + more.length > this.values.length) {
      const grown = new Float32Array(2 * (this.length + more.length));
      grown.set(this.values.subarray(0, this.length));
      this.values = grown;
    }
    this.values.set(more, this.length);
    this.length += more.length;
  }
}

/** One file: its sound, its timeline, and where it plays. */
export class FileSession extends Store<FileState> {
  peaks = new Peaks();
  readonly player: Player;
  readonly #engine: Engine;
  #cancel: () => void = () => undefined;
  #file: File | null = null;

  constructor(engine: Engine) {
    super({ phase: "empty", name: "", segments: [], seconds: 0, share: 0, failure: "" });
    this.#engine = engine;
    this.player = new Player((file) => engine.playable(file));
  }

  open(file: File): void {
    this.close();
    this.#file = file;
    this.set({ phase: "working", name: file.name });
    this.player.load(file);
    this.#analyse(file);
  }

  /** Hears the file that is open anew: answers have become other ones. */
  again(): void {
    if (!this.#file || this.state.phase === "failed") return;
    this.#cancel();
    this.peaks = new Peaks();
    this.set({ phase: "working", segments: [], share: 0 });
    this.#analyse(this.#file);
  }

  close(): void {
    this.#cancel();
    this.#file = null;
    this.player.unload();
    this.peaks = new Peaks();
    this.set({ phase: "empty", name: "", segments: [], seconds: 0, share: 0, failure: "" });
  }

  #analyse(file: File): void {
    this.#cancel = this.#engine.analyse(file, {
      progress: (peaks, segments, share) => {
        this.peaks.add(peaks);
        this.set({
          segments: segments.length === 0 ? this.state.segments : [...this.state.segments, ...segments],
          seconds: this.peaks.length / PEAK_RATE,
          share,
        });
      },
      done: (seconds) => this.set({ phase: "done", seconds, share: 1 }),
      failed: (failure) => {
        this.player.unload();
        this.set({ phase: "failed", failure });
      },
    });
  }
}
