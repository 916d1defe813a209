import { existsSync, readFileSync, rmSync } from "node:fs";
import { InputError } from "../errors.ts";
import { writeAtomically } from "../files.node.ts";
import { ProcessLock } from "../process-lock.node.ts";
import { type BatchFormat, failureLine, idOfLine, resultLines, type ResultLines } from "./format.ts";
import { IdSet } from "./id-set.ts";
import type { BatchSettings, Failure, Outcome } from "./job.ts";
import { LineFile } from "./line-file.ts";

/** What {@link ResultFiles.open} needs to know. */
export interface ResultFilesOptions {
  /** The file of results. */
  readonly out: string;
  /** Of the results. */
  readonly format: BatchFormat;
  /** Of the batch: with a location they are a result's id. */
  readonly settings: BatchSettings;
  /** The model's labels. */
  readonly labels: readonly string[];
}

/**
 * The files of a batch: results, failures (`<out>.failures.jsonl`) and the journal (`<out>.batch.json`), which says what was asked of
 * which model. Together they say what is done, so that a batch goes on after any end. Their names are the result file's
 * without its ending.
 */
export class ResultFiles {
  /** Ids of all recordings with a result. */
  readonly done: IdSet = new IdSet();
  /** Ids of all recordings that failed. */
  readonly failed: IdSet = new IdSet();
  /** The file of failures, beside that of the results. */
  readonly failuresPath: string;
  readonly #lock: ProcessLock;
  readonly #lines: ResultLines;
  #results!: LineFile;
  #failures!: LineFile;

  private constructor({ out, format, settings, labels }: ResultFilesOptions) {
    this.failuresPath = `${stemOf(out)}.failures.jsonl`;
    this.#lock = new ProcessLock(`${stemOf(out)}.lock`);
    this.#lines = resultLines(format, settings, labels);
  }

  /**
   * Opens the files, repairs what a kill left half written, and reads what is done.
   *
   * @throws InputError `result_invalid` when they belong to another model or other options, or another process writes
   *   them; `file_unreadable`
   */
  static async open(options: ResultFilesOptions): Promise<ResultFiles> {
    const { out } = options;
    const files = new ResultFiles(options);
    const owner = files.#lock.take();
    if (owner !== null)
      throw new InputError("result_invalid", `${out}: process ${owner} writes this file; let it finish`);
    try {
      await keepJournal(options);
      let first: string | undefined;
      const { header } = files.#lines;
      files.#results = await LineFile.open(out, (line, number) => {
        if (header !== "" && number === 1) first = line;
        else files.done.add(idOfLine(line, `${out}, line ${number}`));
      });
      if (first !== undefined && `${first}\n` !== header) {
        throw new InputError("result_invalid", `${out}: its first line is no header of ser batch; give another --out`);
      }
      if (header !== "" && files.#results.length === 0) await files.#results.append(header);
      files.#failures = await LineFile.open(files.failuresPath, (line, number) =>
        files.failed.add(idOfLine(line, `${files.failuresPath}, line ${number}`)),
      );
      return files;
    } catch (cause) {
      files.#lock.release();
      throw cause;
    }
  }

  /** Keeps a result; one that is there already is not written again. @throws InputError `file_unreadable` */
  async add(id: string, file: string, outcome: Extract<Outcome, { readonly result: unknown }>): Promise<void> {
    if (this.done.add(id)) await this.#results.append(this.#lines.render(id, file, outcome.result));
  }

  /** Keeps a failure, once. @throws InputError `file_unreadable` */
  async addFailure(id: string, file: string, failure: Failure): Promise<void> {
    if (this.failed.add(id)) await this.#failures.append(failureLine(id, file, failure));
  }

  /** Forgets all failures, so that their recordings are done again. */
  async forgetFailures(): Promise<void> {
    await this.#failures.clear();
    Object.assign(this, { failed: new IdSet() });
  }

  /** Resolves when all results are on the disk. */
  sync(): Promise<void> {
    return this.#results.sync();
  }

  /** Closes the files. Failures that have become results are dropped; without any the file is taken away. */
  async close(): Promise<void> {
    await this.#results.close();
    await this.#failures.close();
    const all = readFileSync(this.failuresPath, "utf8").split("\n").slice(0, -1);
    const left = all.filter((line) => !this.done.has(idOfLine(line, this.failuresPath)));
    if (left.length < all.length) {
      await writeAtomically(this.failuresPath, left.map((line) => `${line}\n`).join(""));
    }
    if (left.length === 0) rmSync(this.failuresPath, { force: true });
    this.#lock.release();
  }
}

function stemOf(out: string): string {
  return out.replace(/\.(jsonl|csv)$/, "");
}

/** Writes the journal of a new batch, or compares that of an old one. */
async function keepJournal({ out, format, settings }: ResultFilesOptions): Promise<void> {
  const file = `${stemOf(out)}.batch.json`;
  const { model, timeline, minConfidence } = settings;
  const text = `${JSON.stringify({ batch: 1, format, model, timeline, minConfidence })}\n`;
  const old = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (old === text) return;
  if (old !== undefined && existsSync(out)) {
    throw new InputError(
      "result_invalid",
      `${out}: was begun with another model or other options (${file}: ${old.trim()}); give those again, or another --out`,
    );
  }
  const other = `${stemOf(out)}.${format === "csv" ? "jsonl" : "csv"}`;
  if (old !== undefined && existsSync(other)) {
    throw new InputError(
      "result_invalid",
      `${out}: ${other} has the same name but for its ending, and with it ${file}; give another --out`,
    );
  }
  await writeAtomically(file, text);
}
