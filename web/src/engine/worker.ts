/** The engine: a worker in which everything is computed, so that the page itself only ever draws. */
import {
  decodeStream,
  loadRecognizer,
  parseVoiceProfile,
  type Recognizer,
  SpeechEmotionError,
} from "../../../src/browser.ts";
import { reasonOf } from "../../../src/errors.ts";
import { analyse } from "./analyse.ts";
import { Answering } from "./answering.ts";
import { listen } from "./listen.ts";
import type { LiveNews, ModelFacts, News, Order } from "./messages.ts";
import { bytesOf, type Job } from "./sound.ts";
import { record, type Take, takeFile } from "./takes.ts";
import { toWav } from "./wav.ts";

const tell = (news: News): void => postMessage(news);

function factsOf({ labels, metadata }: Recognizer): ModelFacts {
  const { preset, featureSet, created, version, licences, neutralReference, voiceReference } = metadata;
  const scores = metadata.scores as { readonly test?: { readonly n: number; readonly accuracy: number } } | null;
  const test = scores?.test ? { recordings: scores.test.n, accuracy: scores.test.accuracy } : null;
  return {
    labels,
    preset,
    featureSet,
    created,
    version,
    licences,
    test,
    neutral: Boolean(neutralReference ?? voiceReference),
  };
}

const model = loadRecognizer();
model.then(
  (ready) => tell({ type: "ready", model: factsOf(ready) }),
  (error: unknown) => tell({ type: "broken", message: reasonOf(error) }),
);
const answering = new Answering(model);

let live = new AbortController();
const jobs = new Map<number, Job>();
/** Recordings of a voice, until it has been learnt. */
const takes = new Map<number, Take>();
/** What ends the recordings that are being made, so that they are kept. */
const recordings = new Map<number, AbortController>();

async function follow(id: number, work: (job: Job) => Promise<void>): Promise<void> {
  const job: Job = { id, abort: new AbortController(), tell, takePiece: null };
  jobs.set(id, job);
  try {
    await work(job);
  } catch (error) {
    if (job.abort.signal.aborted) return;
    const code = error instanceof SpeechEmotionError ? { code: error.code } : {};
    tell({ type: "failed", id, message: reasonOf(error), ...code });
  } finally {
    jobs.delete(id);
  }
}

function keep(id: number, take: Take): void {
  takes.set(id, take);
  tell({ type: "taken", id, seconds: take.speech });
}

/** Each order's work. */
const WORK: { readonly [Type in Order["type"]]: (order: Extract<Order, { type: Type }>) => void } = {
  live({ session, port, sampleRate }) {
    live.abort();
    const stop = (live = new AbortController()).signal;
    const told = (news: LiveNews): void => tell({ type: "live", session, news });
    answering
      .by((recognizer) => listen(recognizer, port, sampleRate, told, stop))
      .catch((error: unknown) => told({ type: "failed", message: reasonOf(error) }));
  },
  "live-stop"() {
    live.abort();
  },
  file({ id, file }) {
    void follow(id, (job) => answering.by((recognizer) => analyse(recognizer, file, job)));
  },
  playable({ id, file }) {
    void follow(id, async () =>
      tell({ type: "playable", id, wav: await toWav(decodeStream(bytesOf(file, () => undefined))) }),
    );
  },
  piece({ id, piece }) {
    jobs.get(id)?.takePiece?.(piece);
  },
  cancel({ id }) {
    jobs.get(id)?.abort.abort();
    recordings.get(id)?.abort();
  },
  voice({ id, text, use }) {
    void follow(id, async () => {
      const voice = text === null ? null : parseVoiceProfile(text);
      await answering.expect(use ? voice : null);
      tell({ type: "voice", id, voice });
    });
  },
  take({ id, sampleRate, port, enough }) {
    const done = new AbortController();
    recordings.set(id, done);
    const heard = (seconds: number): void => tell({ type: "heard", id, seconds });
    void follow(id, async ({ abort }) => {
      const modelRate = (await model).frontEnd.set.sampleRate;
      const take = await record(port, { sampleRate, modelRate }, enough, heard, done.signal);
      abort.signal.throwIfAborted();
      keep(id, take);
    }).finally(() => recordings.delete(id));
  },
  "take-done"({ id }) {
    recordings.get(id)?.abort();
  },
  "take-file"({ id, file }) {
    void follow(id, async (job) => keep(id, await takeFile(file, (await model).frontEnd.set.sampleRate, job)));
  },
  "take-playable"({ id, take }) {
    void follow(id, async () => tell({ type: "playable", id, wav: await toWav([takes.get(take)!]) }));
  },
  "take-forget"({ takes: ids }) {
    for (const id of ids) takes.delete(id);
  },
  learn({ id, lesson }) {
    void follow(id, async () => {
      const { learn } = await import("./learn.ts");
      const told = (done: number, total: number): void => tell({ type: "learning", id, done, total });
      const text = await learn(await model, takes, lesson, told);
      takes.clear();
      tell({ type: "learnt", id, text });
    });
  },
};

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  (WORK[order.type] as (order: Order) => void)(order);
});
