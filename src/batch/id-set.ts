/** Share of places that are taken when the table doubles. */
const FULL = 0.6;

/**
 * A set of ids (32 hexadecimal digits), because a `Set` of a million strings takes 100 MB: 16 bytes an id in an open hash
 * table, 27 to 53 MB for a million. The ids are hashes already, so their first word is the place.
 */
export class IdSet {
  #words: Uint32Array;
  #size = 0;

  /** @param places of the first table; a power of two */
  constructor(places: number = 1024) {
    this.#words = new Uint32Array(4 * places);
  }

  /** How many ids are in it. */
  get size(): number {
    return this.#size;
  }

  /** Whether `id` is in it. */
  has(id: string): boolean {
    return this.#isTaken(this.#find(wordsOf(id)));
  }

  /** Adds `id`. @returns false when it was there before */
  add(id: string): boolean {
    const words = wordsOf(id);
    const place = this.#find(words);
    if (this.#isTaken(place)) return false;
    this.#words.set(words, place);
    this.#size++;
    if (this.#size > FULL * (this.#words.length / 4)) this.#grow();
    return true;
  }

  #isTaken(place: number): boolean {
    const words = this.#words;
    return (words[place]! | words[place + 1]! | words[place + 2]! | words[place + 3]!) !== 0;
  }

  /** Where the id stands, or the free place where it would. */
  #find(id: ArrayLike<number>): number {
    const words = this.#words;
    const mask = words.length - 1;
    let at = (id[0]! * 4) & mask;
    while (this.#isTaken(at)) {
      if (words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2] && words[at + 3] === id[3]) break;
      at = (at + 4) & mask;
    }
    return at;
  }

  #grow(): void {
    const old = this.#words;
    this.#words = new Uint32Array(2 * old.length);
    for (let i = 0; i < old.length; i += 4) {
      const id = old.subarray(i, i + 4);
      if (id.some((word) => word !== 0)) this.#words.set(id, this.#find(id));
    }
  }
}

/** The four words of an id; all zero, which marks a free place, becomes another (a hash is zero once in 2¹²⁸). */
function wordsOf(id: string): number[] {
  const words: number[] = [0, 8, 16, 24].map((start) => Number.parseInt(id.slice(start, start + 8), 16));
  if (!words.some((word) => word > 0)) words[3] = 1;
  return words;
}
