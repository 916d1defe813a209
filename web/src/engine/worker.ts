/** The engine: a worker in which everything is computed, so that the page itself only ever draws. */
import { loadRecognizer, type Recognizer } from "../../../src/browser.ts";
import { analyse, type Analysis, toWav } from "./analyse.ts";
import { listen } from "./listen.ts";
import type { LiveNews, ModelFacts, News, Order } from "./messages.ts";

const tell = (news: News): void => postMessage(news);
const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function factsOf({ labels, metadata }: Recognizer): ModelFacts {
  const { preset, featureSet, created, version, licences } = metadata;
  const scores = metadata.scores as { readonly test?: { readonly n: number; readonly accuracy: number } } | null;
  const test = scores?.test ? { recordings: scores.test.n, accuracy: scores.test.accuracy } : null;
  return { labels, preset, featureSet, created, version, licences, test };
}

// Whatever adapts the model to one voice belongs here: every answer of the page comes from this recogniser.
const recognizer = loadRecognizer();
recognizer.then(
  (ready) => tell({ type: "ready", model: factsOf(ready) }),
  (error: unknown) => tell({ type: "broken", message: textOf(error) }),
);

let live = new AbortController();
const analyses = new Map<number, Analysis>();

async function follow(id: number, work: (analysis: Analysis) => Promise<void>): Promise<void> {
  const analysis: Analysis = { id, abort: new AbortController(), tell, takePiece: null };
  analyses.set(id, analysis);
  try {
    await work(analysis);
  } catch (error) {
    if (!analysis.abort.signal.aborted) tell({ type: "failed", id, message: textOf(error) });
  } finally {
    analyses.delete(id);
  }
}

addEventListener("message", ({ data: order }: MessageEvent<Order>) => {
  switch (order.type) {
    case "live": {
      live.abort();
      live = new AbortController();
      const told = (news: LiveNews): void => tell({ type: "live", session: order.session, news });
      listen(recognizer, order.port, order.sampleRate, told, live.signal).catch((error: unknown) =>
        told({ type: "failed", message: textOf(error) }),
      );
      break;
    }
    case "live-stop":
      live.abort();
      break;
    case "file":
      void follow(order.id, async (analysis) => analyse(await recognizer, order.file, analysis));
      break;
    case "playable":
      void follow(order.id, async () => tell({ type: "playable", id: order.id, wav: await toWav(order.file) }));
      break;
    case "piece":
      analyses.get(order.id)?.takePiece?.(order.piece);
      break;
    case "cancel":
      analyses.get(order.id)?.abort.abort();
      break;
  }
});
