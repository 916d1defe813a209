import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../look/icon.tsx";
import { Store, useStore } from "../look/store.ts";
import type { Lesson } from "./lesson.ts";
import type { Recording } from "./recordings.ts";

/** Plays one recording at a time. */
class TakePlayer extends Store<{ readonly playing: number | null }> {
  readonly #audio = new Audio();
  #address = "";

  constructor() {
    super({ playing: null });
    for (const name of ["ended", "error"]) this.#audio.addEventListener(name, () => this.stop());
  }

  async toggle(id: number, sound: () => Promise<Blob>): Promise<void> {
    const again = this.state.playing !== id;
    this.stop();
    if (!again) return;
    this.set({ playing: id });
    const wav = await sound().catch(() => null);
    if (this.state.playing !== id) return;
    if (!wav) return this.stop();
    this.#address = URL.createObjectURL(wav);
    this.#audio.src = this.#address;
    await this.#audio.play().catch(() => this.stop());
  }

  stop(): void {
    this.#audio.pause();
    if (this.#address !== "") URL.revokeObjectURL(this.#address);
    this.#address = "";
    this.set({ playing: null });
  }
}

let player: TakePlayer | undefined;

/** A recording: heard again, recorded again, removed. */
export function Take({
  lesson,
  recording,
  words,
  again,
}: {
  readonly lesson: Lesson;
  readonly recording: Recording;
  /** What it is: `clip 2, angry`. */
  readonly words: string;
  /** Records it again; undefined where that makes no sense. */
  readonly again?: () => void;
}): JSX.Element {
  const [shared] = useState(() => (player ??= new TakePlayer()));
  const { playing } = useStore(shared);
  const { id, seconds } = recording;
  useEffect(() => () => (shared.state.playing === id ? shared.stop() : undefined), [shared, id]);
  return (
    <span class="take" title={recording.name}>
      <button
        type="button"
        aria-label={`${playing === id ? "Stop" : "Play"} ${words}, ${seconds.toFixed(1)} s`}
        onClick={() => void shared.toggle(id, () => lesson.sound(id))}
      >
        <Icon name={playing === id ? "pause" : "play"} />
        <span class="figure">{seconds.toFixed(1)} s</span>
      </button>
      {again ? (
        <button type="button" aria-label={`Record ${words} again`} onClick={again}>
          <Icon name="again" />
        </button>
      ) : null}
      <button
        type="button"
        aria-label={`Remove ${words}`}
        onClick={({ currentTarget }) => {
          const row = currentTarget.closest("li") ?? currentTarget.closest(".takes");
          lesson.remove(id);
          // The button goes, so the focus moves to the one that records.
          row?.querySelector<HTMLElement>(":scope > button")?.focus();
        }}
      >
        <Icon name="remove" />
      </button>
    </span>
  );
}
