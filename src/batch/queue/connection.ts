import type { Job, JobsOptions, Processor, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { InputError, ParameterError } from "../../errors.ts";

/** What a job in the queue carries; short names, since there may be many. */
export interface JobData {
  /** The recording as the user named it. */
  readonly f: string;
  /** Its location, where that is another text. */
  readonly l?: string;
  /** Which run it belongs to. */
  readonly r: string;
}

/** BullMQ's `Queue` of jobs that carry `Data`. */
export type JobQueue<Data> = Queue<Data, unknown, string, Data, unknown, string>;
/** The queue of recordings. */
export type RecordingQueue = JobQueue<JobData>;
/** BullMQ's `Job` of one recording. */
export type RecordingJob = Job<JobData, unknown, string>;

/** How often a job is tried before it goes to the dead letters. */
export const TRIES = 3;

const JOB_OPTIONS: JobsOptions = { attempts: TRIES, backoff: { type: "exponential", delay: 1000 }, stackTraceLimit: 1 };

/** Jobs carry no name of their own. */
export const JOB_NAME = "r";

/** Where the jobs of a batch are, and how to reach it. */
export interface QueueAddress {
  /** `redis://` or `rediss://`, with user and password where Redis wants them. */
  readonly redis: string;
  /** One Redis has as many queues as are named; each serves one batch at a time. */
  readonly queue: string;
}

/** Seconds until a Redis that does not answer is given up at the start. */
const CONNECT_SECONDS = 10;
/** Milliseconds that a Redis which does not answer is given after Ctrl-C. */
const LEAVE_MS = 3000;

/** BullMQ's and ioredis's own modules, loaded when they are wanted: most people never do. */
export async function loadBullmq(): Promise<typeof import("bullmq")> {
  return withHint(import("bullmq"));
}

async function withHint<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) throw cause;
    throw new InputError(
      "queue_unusable",
      "queues need the packages bullmq and ioredis, which are not installed with speech-emotion: npm install bullmq ioredis",
      { cause },
    );
  }
}

/**
 * Connects to Redis. When the connection breaks later, commands wait until it is back.
 *
 * @param onNote is told, in whole lines, when the connection breaks and when it is back
 * @throws InputError `queue_unusable` when Redis does not answer or the packages are missing; ParameterError for the address
 */
export async function connect({ redis: url, queue }: QueueAddress, onNote: (text: string) => void): Promise<Redis> {
  if (!/^rediss?:\/\//.test(url)) throw new ParameterError(`--redis: "${url}" must begin with redis:// or rediss://`);
  if (!/^[\w.-]+$/.test(queue))
    throw new ParameterError(`--queue: "${queue}" must be letters, digits, dots and dashes`);
  const { Redis } = await withHint(import("ioredis"));
  const redis = new Redis(url, {
    // BullMQ asks for it: a command waits for Redis to come back instead of failing.
    maxRetriesPerRequest: null,
    // Not `lazyConnect`: BullMQ's workers block on a duplicate of this client, and give a lazy one a single try to connect.
    // If Redis is away just then the worker keeps that failure and never takes a job again.
    retryStrategy: (times) => Math.min(2000, 100 * times),
  });
  let [last, isUp] = ["", false];
  redis.on("error", (error: NodeJS.ErrnoException) => {
    last = error.message || (error.code ?? "no answer");
  });
  redis.on("ready", () => {
    if (isUp) onNote("Redis is back\n");
    isUp = true;
  });
  redis.on("close", () => {
    if (isUp && redis.status !== "end") onNote("Redis does not answer; waiting for it\n");
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), 1000 * CONNECT_SECONDS);
  });
  const connected = redis.ping().then(
    () => true,
    (error: Error) => {
      last = error.message;
      return false;
    },
  );
  const answers = await Promise.race([connected, late]);
  clearTimeout(timer);
  if (answers) return redis;
  redis.disconnect();
  throw new InputError("queue_unusable", `${withoutPassword(url)}: Redis does not answer (${last})`);
}

/** A queue by its name, over a connection of its caller. */
export async function openQueue<Data = JobData>(name: string, redis: Redis): Promise<JobQueue<Data>> {
  const { Queue: Bull } = await loadBullmq();
  const queue: JobQueue<Data> = new Bull(name, {
    connection: redis,
    prefix: PREFIX,
    defaultJobOptions: JOB_OPTIONS,
    // Nobody listens to events; the shortest list takes the least memory.
    streams: { events: { maxLen: 100 } },
  });
  // A broken connection tells about itself; BullMQ repairs it.
  queue.on("error", () => undefined);
  return queue;
}

/** Who hears of a connection, and what ends the wait for it. */
export interface ConnectionHooks {
  readonly onNote?: (text: string) => void;
  /** Once it has fired, a Redis that does not answer is waited for only a few seconds. */
  readonly signal?: AbortSignal;
}

/**
 * Connects, opens the queue `name`, and closes both when `work` ends.
 *
 * @throws as {@link connect}
 */
export async function withQueue<Data, T>(
  address: QueueAddress,
  name: string,
  { onNote = () => undefined, signal }: ConnectionHooks,
  work: (queue: JobQueue<Data>, redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = await connect(address, onNote);
  const leave = (): void => void globalThis.setTimeout(() => redis.disconnect(), LEAVE_MS).unref();
  signal?.addEventListener("abort", leave, { once: true });
  try {
    const queue = await openQueue<Data>(name, redis);
    return await work(queue, redis).finally(() => queue.close().catch(() => undefined));
  } finally {
    signal?.removeEventListener("abort", leave);
    redis.disconnect();
  }
}

/** How a worker takes jobs. */
export interface TakeOptions {
  /** Jobs at once. */
  readonly concurrency: number;
  /** A job whose worker has not been heard of for so long is given to another. */
  readonly takeOverSeconds: number;
}

/** Takes jobs from the queue `name`, over a connection of its caller, until the worker is closed. */
export async function takeJobs<Data>(
  name: string,
  redis: Redis,
  work: Processor<Data, unknown, string>,
  { concurrency, takeOverSeconds }: TakeOptions,
): Promise<Worker<Data, unknown, string>> {
  const { Worker: Bull } = await loadBullmq();
  const worker = new Bull<Data, unknown, string>(name, work, {
    connection: redis,
    prefix: PREFIX,
    concurrency,
    lockDuration: 1000 * takeOverSeconds,
    stalledInterval: 500 * takeOverSeconds,
    maxStalledCount: TRIES - 1,
  });
  worker.on("error", () => undefined);
  return worker;
}

/** Every key begins so. */
export const PREFIX = "ser";

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, "//…@");
}
