import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { InputError } from "../../errors.ts";
import { unwritable } from "../../files.node.ts";
import type { RobustnessAnswer } from "./robustness-worker.ts";

/** A line after the first: what became of a recording. */
interface Line {
  readonly id: string;
  readonly answer: RobustnessAnswer;
}

/**
 * What is known of an unfinished evaluation, so that it goes on after an interruption: a text file of JSON lines, the
 * first says which evaluation it is, each other one what became of a recording. A killed process loses its last line at
 * most.
 */
export class StateFile {
  readonly path: string;
  /** What became of each recording that is done, by id; failures are tried again. */
  readonly answers: ReadonlyMap<string, RobustnessAnswer>;

  private constructor(path: string, answers: ReadonlyMap<string, RobustnessAnswer>) {
    this.path = path;
    this.answers = answers;
  }

  /**
   * Reads the file, or begins a new one.
   *
   * @param identity Equal exactly when the recordings' answers are.
   * @throws InputError `checkpoint_invalid` when it belongs to another evaluation; `file_unreadable` when it cannot be
   *   written.
   */
  static open(path: string, identity: string): StateFile {
    const header = `${JSON.stringify({ robustness: identity })}\n`;
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    // Shorter than its first line: killed while that was written.
    if (!text.startsWith(header) && !header.startsWith(text)) {
      throw new InputError(
        "checkpoint_invalid",
        `${path}: the unfinished evaluation here is of another model, other recordings or other conditions; ` +
          `ask for those again to go on with it, or begin anew with --restart`,
      );
    }
    const whole = text.slice(0, text.lastIndexOf("\n") + 1) || header;
    const lines = whole.slice(header.length).split("\n").slice(0, -1);
    const done = lines.map((line) => JSON.parse(line) as Line).filter(({ answer }) => !("error" in answer));
    // Cuts off what a killed process left half written: the next line must not grow onto it.
    if (whole !== text) writing(path, () => writeFileSync(path, whole));
    return new StateFile(path, new Map(done.map(({ id, answer }) => [id, answer])));
  }

  /** Adds a line. @throws InputError `file_unreadable` for a full disk and the like. */
  add(id: string, answer: RobustnessAnswer): void {
    writing(this.path, () => appendFileSync(this.path, `${JSON.stringify({ id, answer } satisfies Line)}\n`));
  }
}

function writing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
