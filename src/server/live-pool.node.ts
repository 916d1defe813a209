import type { ResourceLimits } from "node:worker_threads";
import type { StreamEvent, StreamOptions } from "../recognize/index.ts";
import type { LiveEngine, LiveStream, LiveStreamEvents } from "./live.ts";
import { type Network, RecognitionThread } from "./recognition-thread.node.ts";
import type { FromWorker } from "./worker-messages.ts";

interface Seat {
  readonly thread: RecognitionThread;
  readonly streams: Map<number, LiveStreamEvents>;
}

/** Of each thread's heap: what lives is small, so collecting often is cheap, and the memory stays as it is. */
const LIMITS: ResourceLimits = { maxYoungGenerationSizeMb: 12 };

/**
 * Threads that measure live sound, many streams each. They are others than those of recordings: a decoder's end must not
 * end a conversation.
 */
export class LivePool implements LiveEngine {
  readonly #network: Network;
  readonly #onReplaced: (cause: unknown) => void;
  readonly #seats: Seat[] = [];
  #next = 0;
  #closed = false;

  constructor(network: Network, threads: number, onReplaced: (cause: unknown) => void = () => {}) {
    this.#network = network;
    this.#onReplaced = onReplaced;
    for (let i = 0; i < threads; i++) this.#seats.push(this.#sit(i));
  }

  open(options: StreamOptions, events: LiveStreamEvents): LiveStream {
    const id = this.#next++;
    const seat = this.#seats.toSorted((a, b) => a.streams.size - b.streams.size)[0]!;
    seat.streams.set(id, events);
    seat.thread.post({ type: "open", id, options });
    return {
      push: (samples) => seat.thread.post({ type: "push", id, samples }, [samples]),
      end: () => seat.thread.post({ type: "end", id }),
      drop: () => {
        if (seat.streams.delete(id)) seat.thread.post({ type: "drop", id });
      },
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#seats.map(({ thread }) => thread.close()));
  }

  #sit(index: number): Seat {
    const streams = new Map<number, LiveStreamEvents>();
    const thread = new RecognitionThread(this.#network, LIMITS, {
      onReady: () => {},
      onMessage: (message) => this.#tell(streams, message),
      onGone: (cause) => {
        for (const { onError } of streams.values()) onError({ code: "internal", message: "the thread ended" });
        streams.clear();
        if (this.#closed) return;
        this.#onReplaced(cause);
        this.#seats[index] = this.#sit(index);
      },
    });
    return { thread, streams };
  }

  #tell(streams: Map<number, LiveStreamEvents>, message: FromWorker): void {
    if (message.type !== "live" && message.type !== "live.error") return;
    const stream = streams.get(message.id);
    if (!stream) return;
    if (message.type === "live.error") {
      streams.delete(message.id);
      stream.onError(message.error);
      return;
    }
    if (message.ended) streams.delete(message.id);
    stream.onEvents(message.events as readonly StreamEvent[], message.bytes, message.ended);
  }
}
