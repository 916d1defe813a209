import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { InputError } from "../errors.ts";
import { unreadable } from "../files.node.ts";

/** A key as its owner gets it, once, and the line that the server's file keeps of it. */
export interface NewKey {
  readonly key: string;
  readonly line: string;
}

const hashOf = (key: string): Buffer => createHash("sha256").update(key).digest();

/**
 * A key of 256 random bits. Its SHA-256 is enough at rest: against guessing, a slow hash protects what people choose, and
 * nobody guesses 256 bits.
 *
 * @param name who it is for; shows in logs
 */
export function makeKey(name: string): NewKey {
  if (!/^[\w.-]{1,64}$/.test(name)) {
    throw new InputError("parameter_invalid", `key name "${name}": 1 to 64 letters, digits, ".", "_" and "-"`);
  }
  const key = `ser_${randomBytes(32).toString("base64url")}`;
  return { key, line: `${name} sha256:${hashOf(key).toString("hex")}` };
}

/** Who may use the server: a file of lines `name sha256:<hex>`; `#` begins a comment. */
export class KeyRing {
  readonly #keys: readonly { readonly name: string; readonly hash: Buffer }[];

  constructor(text: string, file = "keys") {
    const lines = text.split("\n").map((line, i) => ({ line: line.replace(/#.*/, "").trim(), number: i + 1 }));
    this.#keys = lines
      .filter(({ line }) => line !== "")
      .map(({ line, number }) => {
        const [, name, hex] = /^([\w.-]{1,64}) sha256:([0-9a-f]{64})$/.exec(line) ?? [];
        if (name === undefined || hex === undefined) {
          // The line itself is not repeated: somebody may have put the key there.
          throw new InputError("parameter_invalid", `${file}, line ${number}: must be "name sha256:<64 hex digits>"`);
        }
        return { name, hash: Buffer.from(hex, "hex") };
      });
    if (this.#keys.length === 0) {
      throw new InputError(
        "parameter_invalid",
        `${file}: there is no key in it; make one with ser serve --make-key <name>`,
      );
    }
  }

  /** @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, `parameter_invalid` */
  static read(file: string): KeyRing {
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (cause) {
      throw unreadable(`--keys: ${file}`, cause, "a file of keys", "ser serve --make-key <name> makes one");
    }
    return new KeyRing(text, file);
  }

  /** The name of the key's owner; null for a key that is not known. Takes the same time for every key. */
  ownerOf(key: string): string | null {
    const hash = hashOf(key);
    let owner: string | null = null;
    for (const each of this.#keys) if (timingSafeEqual(hash, each.hash)) owner = each.name;
    return owner;
  }
}
