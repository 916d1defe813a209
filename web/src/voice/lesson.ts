import { reasonOf } from "../../../src/errors.ts";
import type { Engine } from "../engine/engine.ts";
import { Store } from "../look/store.ts";
import type { VoiceKeeper } from "./keeper.ts";
import type { Recorder, Taken } from "./recorder.ts";
import { type Clip, ENOUGH_NEUTRAL, labelIn, type Recording, speechIn } from "./recordings.ts";

/** What has been recorded of a voice, and what is being made of it. */
export interface LessonState {
  readonly neutral: readonly Recording[];
  readonly clips: readonly Clip[];
  /** Files that are being read. */
  readonly reading: number;
  /** Recordings heard of all while it learns; null: it does not. */
  readonly learning: { readonly done: number; readonly total: number } | null;
  /** Why something did not work; "" when it did. */
  readonly trouble: string;
}

/** Where a file goes: among the neutral ones, to a label, or wherever its name says. */
export type Place = { readonly neutral: true } | { readonly label: string } | null;

/** So many recordings, about: more would take minutes and teach nothing new. */
const MOST = 60;

/** Recordings of a voice until they have been learnt. They lie in the engine; here are their lengths. */
export class Lesson extends Store<LessonState> {
  readonly recorder: Recorder;
  readonly #engine: Engine;
  readonly #keeper: VoiceKeeper;

  constructor(engine: Engine, recorder: Recorder, keeper: VoiceKeeper) {
    super({ neutral: [], clips: [], reading: 0, learning: null, trouble: "" });
    this.#engine = engine;
    this.recorder = recorder;
    this.#keeper = keeper;
  }

  /** Records some of the everyday voice. */
  async recordNeutral(): Promise<void> {
    const wanted = Math.max(3, ENOUGH_NEUTRAL - speechIn(this.state.neutral));
    const taken = await this.recorder.record({ label: null, enough: { speech: wanted, utterance: false } });
    if (taken) this.#addNeutral(taken, "recorded here");
  }

  /** Records a clip. @param instead the clip whose place it takes */
  async recordClip(label: string, instead?: number): Promise<void> {
    const taken = await this.recorder.record({ label, enough: { speech: 6, utterance: true } });
    if (!taken) return;
    const clip = { ...taken, name: `${label} recorded here`, label };
    const { clips } = this.state;
    if (instead === undefined || !clips.some(({ id }) => id === instead)) return this.set({ clips: [...clips, clip] });
    this.#engine.forget([instead]);
    this.set({ clips: clips.map((each) => (each.id === instead ? clip : each)) });
  }

  /** Takes files in, one after the other. */
  async add(files: readonly File[], place: Place, labels: readonly string[]): Promise<void> {
    this.set({ reading: this.state.reading + files.length, trouble: "" });
    for (const file of files) {
      try {
        if (this.state.neutral.length + this.state.clips.length >= MOST) {
          throw new Error(`${MOST} recordings are enough. Remove some to add others.`);
        }
        const taken = await this.#engine.takeFile(file);
        if (place && "neutral" in place) this.#addNeutral(taken, file.name);
        else {
          const label = place?.label ?? labelIn(file.name, labels);
          this.set({ clips: [...this.state.clips, { ...taken, name: file.name, label }] });
        }
      } catch (error) {
        this.set({ trouble: `${file.name}: ${reasonOf(error)}` });
      }
      this.set({ reading: this.state.reading - 1 });
    }
  }

  /** Says which emotion a clip is; null: none, it is one of the neutral recordings. */
  label(id: number, label: string | null): void {
    const clip = this.state.clips.find((each) => each.id === id);
    if (!clip) return;
    if (label !== null) {
      this.set({ clips: this.state.clips.map((each) => (each.id === id ? { ...clip, label } : each)) });
      return;
    }
    this.set({ clips: this.state.clips.filter((each) => each.id !== id) });
    this.#addNeutral(clip, clip.name);
  }

  remove(id: number): void {
    this.#engine.forget([id]);
    const others = <T extends Recording>(all: readonly T[]): readonly T[] => all.filter((each) => each.id !== id);
    this.set({ neutral: others(this.state.neutral), clips: others(this.state.clips), trouble: "" });
  }

  /** Makes a profile of all that is there, which is kept and answered by. @returns whether it could */
  async learn(): Promise<boolean> {
    const { neutral, clips } = this.state;
    const total = neutral.length + clips.length;
    this.set({ learning: { done: 0, total }, trouble: "" });
    try {
      const lesson = { neutral, clips: clips.map(({ label, ...clip }) => ({ ...clip, emotion: label })) };
      const text = await this.#engine.learn(lesson, (done) => this.set({ learning: { done, total } }));
      // The engine has forgotten them.
      this.set({ neutral: [], clips: [] });
      return await this.#keeper.keep(text);
    } catch (error) {
      this.set({ trouble: reasonOf(error) });
      return false;
    } finally {
      this.set({ learning: null });
    }
  }

  /** A recording to be heard again. */
  sound(id: number): Promise<Blob> {
    return this.#engine.takePlayable(id);
  }

  #addNeutral({ id, seconds }: Taken, name: string): void {
    this.set({ neutral: [...this.state.neutral, { id, seconds, name }] });
  }
}
