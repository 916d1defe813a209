import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { ParameterError } from "../errors.ts";

/** "SERCACHE": the first eight bytes of every entry. */
const MAGIC = new TextEncoder().encode("SERCACHE");
const CHECKSUM_BYTES = 32;
/** Magic, SHA-256 of the payload, payload; a multiple of 8, so that floats in the payload stay aligned. */
const HEADER_BYTES = MAGIC.length + CHECKSUM_BYTES;
/** The file that holds the cache's mark. */
const MARK = "mark";
/** Temporary files older than this, in milliseconds, are what a killed process left behind. */
const ABANDONED_AFTER = 3_600_000;
const DEFAULT_LIMIT = 8e9;

/** Where the cache lies and how much it may hold. */
export interface CacheOptions {
  /** Default: `$SER_CACHE`, else `$XDG_CACHE_HOME/speech-emotion`, else `~/.cache/speech-emotion`. */
  readonly folder?: string;
  /** In bytes; default `$SER_CACHE_LIMIT` (e.g. `500MB`, `2GB`), else 8 GB. */
  readonly limit?: number;
}

/** How full a cache is. */
export interface CacheStats {
  readonly folder: string;
  /** How many entries it holds, of all kinds. */
  readonly entries: number;
  /** Their size on disk, in bytes. */
  readonly bytes: number;
  /** In bytes. */
  readonly limit: number;
  /** Entries and bytes by kind, e.g. `librosa54@1`. */
  readonly kinds: Readonly<Record<string, { readonly entries: number; readonly bytes: number }>>;
}

interface Entry {
  readonly file: string;
  readonly kind: string;
  readonly bytes: number;
  readonly modified: number;
}

/**
 * Computed values on disk, by content: an entry's key is the SHA-256 of the audio file's bytes and a versioned kind, so
 * a renamed file is a hit, a changed file a miss, and nothing ever has to be invalidated.
 *
 * It exists to be shared by processes that know nothing of each other and may be killed at any moment: an entry is
 * written to a temporary name and renamed when complete, every read verifies a checksum, and a damaged entry is a miss.
 * Layout: `<folder>/<kind>/<first two hex digits>/<the other 62>`.
 */
export class FeatureCache {
  readonly folder: string;
  /** In bytes. */
  readonly limit: number;

  /** @throws ParameterError for a limit that is no positive size. */
  constructor(options: CacheOptions = {}) {
    this.folder = path.resolve(options.folder ?? defaultFolder());
    this.limit = options.limit ?? parseSize(process.env["SER_CACHE_LIMIT"] ?? "", "SER_CACHE_LIMIT") ?? DEFAULT_LIMIT;
    if (!(this.limit > 0)) throw new ParameterError(`cache: limit=${this.limit} must be a positive number of bytes`);
  }

  /** The entry's payload, or undefined when there is none or it is damaged. The bytes are the caller's to keep. */
  read(hash: string, kind: string): Uint8Array<ArrayBuffer> | undefined {
    let bytes: Buffer;
    try {
      bytes = readFileSync(this.#fileOf(hash, kind));
    } catch {
      // Absent, or as good as absent: it is computed again, and what is really wrong shows at the write.
      return undefined;
    }
    if (bytes.length < HEADER_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
    const payload = new Uint8Array(bytes.subarray(HEADER_BYTES));
    const checksum = createHash("sha256").update(payload).digest();
    return checksum.equals(bytes.subarray(MAGIC.length, HEADER_BYTES)) ? payload : undefined;
  }

  /**
   * Writes an entry: completely or not at all. Throws what the file system throws (a full disk, a read-only folder).
   *
   * @returns the size of the entry, in bytes.
   */
  write(hash: string, kind: string, payload: Uint8Array): number {
    const file = this.#fileOf(hash, kind);
    const temporary = `${file}.${randomUUID()}.tmp`;
    const checksum = createHash("sha256").update(payload).digest();
    const bytes = Buffer.concat([MAGIC, checksum, payload]);
    mkdirSync(path.dirname(file), { recursive: true });
    try {
      writeFileSync(temporary, bytes);
      renameSync(temporary, file);
    } catch (cause) {
      rmSync(temporary, { force: true });
      throw cause;
    }
    return bytes.length;
  }

  /**
   * A text that only this cache has until it is cleared: two machines that read the same share one cache. Made when it is first
   * asked for. Throws what the file system throws.
   */
  mark(): string {
    const file = path.join(this.folder, MARK);
    mkdirSync(this.folder, { recursive: true });
    try {
      // Fails where there is one: of several that try at once, one comes first.
      writeFileSync(file, randomUUID(), { flag: "wx" });
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause;
    }
    return readFileSync(file, "utf8");
  }

  /** Counts what is there. */
  stats(): CacheStats {
    const kinds: Record<string, { entries: number; bytes: number }> = {};
    let bytes = 0;
    const entries = this.#entries();
    for (const entry of entries) {
      const kind = (kinds[entry.kind] ??= { entries: 0, bytes: 0 });
      kind.entries++;
      kind.bytes += entry.bytes;
      bytes += entry.bytes;
    }
    return { folder: this.folder, entries: entries.length, bytes, limit: this.limit, kinds };
  }

  /** Removes every entry, the mark, and what killed processes left; nothing else that may lie in the folder. */
  clear(): void {
    rmSync(path.join(this.folder, MARK), { force: true });
    for (const { file } of this.#entries(true)) rmSync(file, { force: true });
  }

  /**
   * Removes the oldest entries until the cache is within its limit, and what killed processes left behind.
   *
   * @returns how many entries were removed.
   */
  enforceLimit(): number {
    const abandoned = Date.now() - ABANDONED_AFTER;
    const entries: Entry[] = [];
    for (const entry of this.#entries(true)) {
      if (!entry.file.endsWith(".tmp")) entries.push(entry);
      else if (entry.modified < abandoned) rmSync(entry.file, { force: true });
    }
    let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    if (bytes <= this.limit) return 0;
    let removed = 0;
    for (const entry of entries.sort((a, b) => a.modified - b.modified)) {
      if (bytes <= this.limit) break;
      rmSync(entry.file, { force: true });
      bytes -= entry.bytes;
      removed++;
    }
    return removed;
  }

  #fileOf(hash: string, kind: string): string {
    return path.join(this.folder, kind, hash.slice(0, 2), hash.slice(2));
  }

  /** Every entry; with `temporaries` also unfinished ones. Files that vanish meanwhile are passed over. */
  #entries(temporaries = false): Entry[] {
    const entries: Entry[] = [];
    for (const kind of list(this.folder)) {
      for (const first of list(path.join(this.folder, kind))) {
        if (!/^[0-9a-f]{2}$/.test(first)) continue;
        for (const name of list(path.join(this.folder, kind, first))) {
          if (!/^[0-9a-f]{62}(\.[0-9a-f-]+\.tmp)?$/.test(name) || (!temporaries && name.endsWith(".tmp"))) continue;
          const file = path.join(this.folder, kind, first, name);
          const status = statSync(file, { throwIfNoEntry: false });
          if (status) entries.push({ file, kind, bytes: status.size, modified: status.mtimeMs });
        }
      }
    }
    return entries;
  }
}

/** The names in a folder; none when it does not exist or is no folder. */
function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function defaultFolder(): string {
  const own = process.env["SER_CACHE"];
  if (own) return own;
  return path.join(process.env["XDG_CACHE_HOME"] || path.join(homedir(), ".cache"), "speech-emotion");
}

/**
 * A size in bytes from `1500000`, `500 MB` or `2GB` (powers of ten); undefined for empty text.
 *
 * @throws ParameterError naming `name` when it is none.
 */
export function parseSize(text: string, name: string): number | undefined {
  if (text.trim() === "") return undefined;
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)b?\s*$/i.exec(text);
  const bytes = parts ? Number(parts[1]) * 1000 ** " kmgt".indexOf((parts[2] || " ").toLowerCase()) : 0;
  if (!(bytes > 0)) throw new ParameterError(`${name}: "${text}" must be a size such as 500MB or 8GB`);
  return bytes;
}
