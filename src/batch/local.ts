import { SpeechEmotionError } from "../errors.ts";
import { type BatchAccount, countFailure, failedIn, newAccount } from "./account.ts";
import { countInputs, distinctInputs } from "./inputs.ts";
import type { BatchInput, BatchSettings, Outcome } from "./job.ts";
import { RecognizerPool } from "./pool.ts";
import type { ResultFiles } from "./result-files.ts";
import { openSource, SOURCE_LIMITS, SourceError, type SourceLimits } from "./sources/index.ts";

/** Recordings on their way for each thread: while one is recognised the next are fetched. */
const AHEAD = 3;

/** What {@link recognizeInput} needs beside the recording. */
export interface RecognizeSetting {
  readonly pool: RecognizerPool;
  readonly options: BatchSettings;
  readonly root?: string | undefined;
  readonly limits?: SourceLimits;
  readonly signal?: AbortSignal;
}

/** One recording from its location to its outcome; rejects only when it is aborted or no thread is left. */
export async function recognizeInput(
  { file, location }: BatchInput,
  { pool, options, root, limits = SOURCE_LIMITS, signal }: RecognizeSetting,
): Promise<Outcome> {
  let source: Awaited<ReturnType<typeof openSource>>;
  try {
    source = await openSource(location, { root, limits, ...(signal && { signal }) });
  } catch (cause) {
    if (!(cause instanceof SpeechEmotionError) || cause.code === "aborted") throw cause;
    const { code, message } = cause;
    return { error: { code, message, ...(cause instanceof SourceError && cause.transient && { transient: true }) } };
  }
  return pool.run({ file, source, options });
}

/** What {@link runLocally} is asked for. */
export interface LocalBatch {
  /** The recordings, asked for twice: to count them, and to do them. */
  readonly inputs: () => AsyncIterable<BatchInput>;
  /** What is asked of every recording. */
  readonly settings: BatchSettings;
  /** The model file's bytes, and what messages call it. */
  readonly model: Uint8Array;
  readonly name: string;
  /** Threads with a recogniser each; at least 1. */
  readonly threads: number;
  /** The folder that relative locations begin at. */
  readonly root?: string | undefined;
  readonly signal?: AbortSignal;
  /** Told after every recording: how many are done, of how many. */
  readonly onProgress?: (label: string, done: number, total: number, note?: string) => void;
}

/**
 * Recognises all recordings on the threads of this machine; those that the files already know are passed over. Memory holds an id
 * for each recording and a few recordings for each thread, however many there are.
 *
 * @returns how it ended; `interrupted` when the signal ended it, and then everything that was done is in the files.
 * @throws what the inputs, the model and the files throw
 */
export async function runLocally(batch: LocalBatch, files: ResultFiles): Promise<BatchAccount> {
  const { inputs, settings, model, name, threads, root, signal, onProgress } = batch;
  const account = newAccount();
  const ended = new AbortController();
  signal?.addEventListener("abort", () => ended.abort(signal.reason), { once: true });
  if (signal?.aborted === true) ended.abort(signal.reason);
  const total = await countInputs(inputs(), settings, ended.signal);
  // Where there is nothing to do no thread is started.
  let pool: Promise<RecognizerPool> | undefined;
  const running = new Set<Promise<void>>();
  let failure: unknown;
  const keep = async (id: string, input: BatchInput): Promise<void> => {
    try {
      pool ??= RecognizerPool.start({ model, name }, threads);
      const outcome = await recognizeInput(input, { pool: await pool, options: settings, root, signal: ended.signal });
      if ("error" in outcome) {
        await files.addFailure(id, input.file, outcome.error);
        countFailure(account, outcome.error);
      } else {
        await files.add(id, input.file, outcome);
        account.done++;
      }
      const failed = failedIn(account);
      const known = account.done + account.before + failed;
      onProgress?.("batch", known, total, failed > 0 ? `${failed} failed` : "");
    } catch (cause) {
      if (!isAbort(cause)) failure ??= cause;
      ended.abort();
    }
  };
  try {
    for await (const { id, input } of distinctInputs(inputs(), settings)) {
      if (ended.signal.aborted) break;
      account.total++;
      if (files.done.has(id)) account.before++;
      else if (files.failed.has(id)) account.failedBefore++;
      else {
        const work = keep(id, input).finally(() => running.delete(work));
        running.add(work);
        if (running.size >= AHEAD * threads) await Promise.race(running);
      }
    }
    await Promise.all(running);
  } finally {
    await pool?.then(
      (started) => started.close(),
      () => undefined,
    );
  }
  if (failure !== undefined) throw failure;
  account.interrupted = ended.signal.aborted;
  return account;
}

function isAbort(cause: unknown): boolean {
  return cause instanceof SpeechEmotionError && cause.code === "aborted";
}
