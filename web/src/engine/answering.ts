import type { Recognizer, VoiceProfile } from "../../../src/browser.ts";

/** A recogniser, and how many work with it. */
interface Held {
  readonly recognizer: Promise<Recognizer>;
  users: number;
  retired: boolean;
}

/**
 * The recogniser that every answer of the page comes from: the model as it is, or expecting one voice. What has begun with
 * one recogniser ends with it.
 */
export class Answering {
  readonly #model: Promise<Recognizer>;
  #now: Held;
  /** The change of voice that is going on. */
  #changed: Promise<unknown> = Promise.resolve();

  constructor(model: Promise<Recognizer>) {
    this.#model = model;
    this.#now = { recognizer: model, users: 0, retired: false };
  }

  /**
   * Whatever begins after this call is answered by that voice; null: by the model as it is. A voice that cannot be used
   * changes nothing.
   *
   * @throws InputError `voice_mismatch`, `voice_invalid`
   */
  expect(voice: VoiceProfile | null): Promise<void> {
    const change = this.#changed.then(async () => {
      const model = await this.#model;
      const recognizer = voice ? await model.withVoice(voice) : model;
      const before = this.#now;
      this.#now = { recognizer: Promise.resolve(recognizer), users: 0, retired: false };
      before.retired = true;
      await this.#release(before);
    });
    this.#changed = change.catch(() => undefined);
    return change;
  }

  /** Works with the recogniser of the moment. */
  async by<T>(work: (recognizer: Recognizer) => Promise<T>): Promise<T> {
    await this.#changed;
    const held = this.#now;
    held.users++;
    try {
      return await work(await held.recognizer);
    } finally {
      held.users--;
      await this.#release(held);
    }
  }

  async #release({ recognizer, users, retired }: Held): Promise<void> {
    if (!retired || users > 0) return;
    const [old, model] = await Promise.all([recognizer, this.#model]);
    if (old !== model) await old.release();
  }
}
