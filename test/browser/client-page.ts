/** Runs in the browser: what an application's page does with the typed client, and what it gets for it. */
import { type LiveEvent, RemoteError, type RecognizeResponse, SpeechEmotionClient } from "speech-emotion/client";
import { leave } from "./leave.ts";

/** Where the page finds servers; the test writes it when it knows the page's origin. */
export interface Servers {
  /** Lets this page in. */
  readonly open: string;
  /** Lets no other origin in. */
  readonly closed: string;
  readonly apiKey: string;
}

/** What the page saw. */
export interface ClientAnswer {
  readonly file: RecognizeResponse;
  readonly models: number;
  readonly events: readonly LiveEvent[];
  /** Seconds that the live session took. */
  readonly seconds: number;
  /** Codes of what failed, in order. */
  readonly refusals: readonly (string | null)[];
}

async function servers(): Promise<Servers> {
  for (;;) {
    const response = await fetch("/servers.json");
    if (response.ok) return (await response.json()) as Servers;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const codeOf = (asked: Promise<unknown>): Promise<string | null> =>
  asked.then(
    () => null,
    (error: unknown) => (error instanceof RemoteError ? error.code : String(error)),
  );

async function ask(): Promise<ClientAnswer> {
  const { open, closed, apiKey } = await servers();
  const client = new SpeechEmotionClient({ url: open, apiKey });
  const wav = await (await fetch("/voice.wav")).arrayBuffer();
  const file = await client.recognize(new Blob([wav]));
  const models = (await client.models()).length;

  const began = performance.now();
  const live = await client.live({ sampleRate: new DataView(wav).getUint32(24, true), intervalMs: 400 });
  const events: LiveEvent[] = [];
  const hearing = (async () => {
    for await (const event of live) events.push(event);
  })();
  const samples = new Int16Array(wav.slice(44));
  const step = Math.round(live.session.sample_rate / 10);
  // As a microphone: 0.1 s at a time, in real time, then a second of silence at once.
  for (let at = 0; at < samples.length; at += step) {
    await live.send(samples.subarray(at, at + step));
    await new Promise((resolve) => setTimeout(resolve, began + (100 * at) / step - performance.now()));
  }
  await live.send(new Float32Array(live.session.sample_rate));
  live.end();
  await hearing;
  const seconds = (performance.now() - began) / 1000;

  const stranger = new SpeechEmotionClient({ url: open, apiKey: "wrong" });
  const elsewhere = new SpeechEmotionClient({ url: closed });
  const refusals = [
    await codeOf(client.recognize(new Uint8Array(100))),
    await codeOf(client.live({ sampleRate: 1 })),
    await codeOf(stranger.models()),
    await codeOf(stranger.live({ sampleRate: 16_000 })),
    await codeOf(elsewhere.models()),
    await codeOf(elsewhere.recognize(wav)),
    await codeOf(elsewhere.live({ sampleRate: 16_000 })),
  ];
  return { file, models, events, seconds, refusals };
}

leave(ask());
