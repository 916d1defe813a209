import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../errors.ts";
import type { Answer } from "../../metrics/index.ts";
import { writeAtomically } from "../../files.node.ts";
import { ProcessLock } from "../../process-lock.node.ts";
import { readAnswers, writeAnswers, type AnswersTable } from "../answers-file.ts";
import type { ProtocolRun } from "./result.ts";

/** Which run: of which fold, with which seed. */
export interface RunKey {
  /** Its number, from 1. */
  readonly fold: number;
  readonly seed: number;
}

/** A run that is to be done. */
export interface PendingRun extends RunKey {
  /** What tells it from runs with other settings or recordings: see `runIdentity`. */
  readonly identity: string;
}

/** A finished run as it lies in the folder. */
export interface FinishedRun {
  readonly run: ProtocolRun;
  readonly answers: readonly Answer[];
}

/** Holds the number of the process that works in the folder. */
const LOCK = "process";

const OURS = /^fold-\d+-seed--?\d+\.(json|answers\.csv|checkpoint)(\..+\.tmp)?$/;

/**
 * Where the runs of a protocol lie until its result is whole, and after, so that more folds and seeds can join them:
 * `fold-1-seed-1.json` with its answers when it is finished, `fold-1-seed-1.checkpoint` before.
 */
export class WorkFolder {
  /** Absolute. */
  readonly path: string;
  readonly #lock: ProcessLock;

  /** @param out the result file: `runs/x.json` has the folder `runs/x.work`. */
  constructor(out: string) {
    this.path = path.resolve(out.replace(/\.json$/, ".work"));
    this.#lock = new ProcessLock(path.join(this.path, LOCK));
  }

  /**
   * Makes the folder and takes it for this process; with `restart` it is emptied of runs.
   *
   * @throws InputError `checkpoint_invalid` when another process works in it.
   */
  open(restart: boolean): void {
    mkdirSync(this.path, { recursive: true });
    const owner = this.#lock.take();
    if (owner !== null) {
      throw new InputError(
        "checkpoint_invalid",
        `${this.path}: process ${owner} works in this folder; let it finish, or give another --out ` +
          `(if it is no "ser protocol", remove ${LOCK} there)`,
      );
    }
    if (!restart) return;
    for (const name of readdirSync(this.path)) if (OURS.test(name)) rmSync(path.join(this.path, name));
  }

  /** Gives the folder back. A killed process leaves it taken; its successor sees that it is gone. */
  close(): void {
    this.#lock.release();
  }

  /** Path of the checkpoint of a run. */
  checkpoint(key: RunKey): string {
    return this.#file(key, "checkpoint");
  }

  /** Keeps a finished run: its answers first, so that a run that is there is whole. */
  async finish(key: RunKey, identity: string, run: ProtocolRun, table: AnswersTable): Promise<void> {
    await writeAnswers(this.#file(key, "answers.csv"), table);
    await writeAtomically(this.#file(key, "json"), JSON.stringify({ identity, run }));
    rmSync(this.checkpoint(key), { force: true });
  }

  /**
   * A finished run, or undefined when it is not finished.
   *
   * @throws InputError `checkpoint_invalid` when it belongs to other settings or recordings, or is damaged.
   */
  async finished(key: RunKey, identity: string): Promise<FinishedRun | undefined> {
    const file = this.#file(key, "json");
    let text: string;
    try {
      text = await readFile(file, "utf8");
    } catch {
      return undefined;
    }
    const begin = "--restart begins anew, another --out keeps both";
    let stored: { identity: string; run: ProtocolRun };
    try {
      stored = JSON.parse(text) as typeof stored;
    } catch (cause) {
      throw new InputError("checkpoint_invalid", `${file} is damaged; ${begin}`, { cause });
    }
    if (stored.identity !== identity) {
      throw new InputError("checkpoint_invalid", `${file} was made with other settings or recordings; ${begin}`);
    }
    const { answers } = await readAnswers(this.#file(key, "answers.csv"));
    return { run: stored.run, answers };
  }

  /** The answers of a finished run as they were written: what all scores are computed from. */
  answers(key: RunKey): Promise<AnswersTable> {
    return readAnswers(this.#file(key, "answers.csv"));
  }

  #file({ fold, seed }: RunKey, ending: string): string {
    return path.join(this.path, `fold-${fold}-seed-${seed}.${ending}`);
  }
}
