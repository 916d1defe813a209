import { reasonOf } from "../../../src/errors.ts";
import type { VoiceProfile } from "../../../src/browser.ts";
import { EngineError, type Engine } from "../engine/engine.ts";
import { Store } from "../look/store.ts";

/** The voice that is kept on this device. */
export interface Kept {
  readonly name: string;
  /** The profile as `ser calibrate` writes it. */
  readonly text: string;
  /** What it says of itself; null when the model that answers refuses it. */
  readonly voice: VoiceProfile | null;
  readonly on: boolean;
}

/** What the page shows of it. */
export interface KeeperState {
  /** undefined until it has been looked at. */
  readonly kept: Kept | null | undefined;
  /** Why the last wish was not fulfilled; "" when it was. */
  readonly trouble: string;
}

/** Where it is kept, and the name of one that has none yet. */
const KEY = "speech-emotion.voice";
const UNNAMED = "My voice";

/** What is written there. */
type Stored = Pick<Kept, "name" | "text" | "on">;

const NOT_KEPT =
  "This browser keeps nothing for this page, so the voice lasts until you close it. Export it to have it next time.";

/** Why a voice is not taken, for people. */
export function refusal(error: unknown, name: string): string {
  const code = error instanceof EngineError ? error.code : undefined;
  if (code === "voice_mismatch") {
    return `“${name}” was made with another version of the model and is of use to that one only. Learn your voice again here: it takes a minute.`;
  }
  if (code === "voice_invalid") return `“${name}” is no voice file, or a damaged one. Nothing has changed.`;
  return reasonOf(error);
}

function isStored(value: unknown): value is Stored {
  const { name, text, on } = (value ?? {}) as Partial<Record<keyof Stored, unknown>>;
  return typeof name === "string" && typeof text === "string" && typeof on === "boolean";
}

/** Keeps one voice on this device and tells the engine to answer by it. */
export class VoiceKeeper extends Store<KeeperState> {
  readonly #engine: Engine;
  readonly #changed: () => void;

  /** @param changed called when answers are other ones from now on */
  constructor(engine: Engine, changed: () => void) {
    super({ kept: undefined, trouble: "" });
    this.#engine = engine;
    this.#changed = changed;
    void this.#restore();
  }

  /** The voice that answers now; null: any voice. */
  get inUse(): Kept | null {
    const { kept } = this.state;
    return kept?.on === true && kept.voice ? kept : null;
  }

  /** Keeps a profile in place of the one before, and answers by it. @returns whether the model takes it */
  async keep(text: string, name: string = this.state.kept?.name ?? UNNAMED): Promise<boolean> {
    try {
      const voice = await this.#engine.voice(text, true);
      this.#set({ name, text, voice, on: true });
      this.#changed();
      return true;
    } catch (error) {
      this.set({ trouble: refusal(error, name) });
      return false;
    }
  }

  /** Keeps a voice file. */
  async import(file: File): Promise<void> {
    await this.keep(await file.text(), file.name.replace(/(\.voice)?\.json$/i, ""));
  }

  async use(on: boolean): Promise<void> {
    const { kept } = this.state;
    if (!kept) return;
    try {
      this.#set({ ...kept, on, voice: await this.#engine.voice(kept.text, on) });
      this.#changed();
    } catch (error) {
      this.#set({ ...kept, voice: null });
      this.set({ trouble: refusal(error, kept.name) });
    }
  }

  rename(name: string): void {
    if (this.state.kept) this.#set({ ...this.state.kept, name: name.trim() || UNNAMED });
  }

  /** Forgets it. */
  async remove(): Promise<void> {
    this.#set(null);
    await this.#engine.voice(null, false);
    this.#changed();
  }

  async #restore(): Promise<void> {
    const stored = read();
    if (!stored) return this.set({ kept: null });
    try {
      this.set({ kept: { ...stored, voice: await this.#engine.voice(stored.text, stored.on) } });
    } catch (error) {
      this.set({ kept: { ...stored, voice: null }, trouble: refusal(error, stored.name) });
    }
  }

  #set(kept: Kept | null): void {
    this.set({ kept, trouble: write(kept) ? "" : NOT_KEPT });
  }
}

function read(): Stored | null {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isStored(value) ? value : null;
  } catch {
    // Neither a damaged entry nor a browser that keeps nothing is of use.
    return null;
  }
}

/** @returns whether it is kept */
function write(kept: Kept | null): boolean {
  try {
    if (!kept) localStorage.removeItem(KEY);
    else {
      const { name, text, on } = kept;
      localStorage.setItem(KEY, JSON.stringify({ name, text, on } satisfies Stored));
    }
    return true;
  } catch {
    return kept === null;
  }
}
