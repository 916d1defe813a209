import type { OpusPacketDecoder } from "@audio/decode-opus/core";
import { joinFloats } from "../bytes.ts";
import type { Piece } from "./channel-mean.ts";
import { loadOpus, OPUS_RATE, parseOpusHead } from "./opus.ts";
import { webmOpus, type WebmPacket, WebmPackets } from "./webm.ts";

/** Opus in WebM, as browsers record it, by libopus. */
export class WebmOpusDecoder {
  readonly #packets: WebmPackets;
  readonly #opus: OpusPacketDecoder;

  private constructor(track: number, opus: OpusPacketDecoder) {
    this.#packets = new WebmPackets(track);
    this.#opus = opus;
  }

  /** @param head the beginning of the file. @returns null when its sound is not Opus of one or two channels */
  static async open(head: Uint8Array): Promise<WebmOpusDecoder | null> {
    const track = webmOpus(head);
    const header = track && parseOpusHead(track.head);
    if (!header) return null;
    const opus = await loadOpus();
    opus.configure(header);
    return new WebmOpusDecoder(track.track, opus);
  }

  /** @returns the sound that these bytes complete */
  decode(bytes: Uint8Array): Piece & { readonly sampleRate: number } {
    const pieces: Float32Array[][] = [];
    let run: WebmPacket[] = [];
    const decodeRun = (discard: number): void => {
      const { channelData } = this.#opus.decodeFrames(run.map((packet) => packet.bytes));
      if (channelData.length > 0) {
        pieces.push(channelData.map((channel) => channel.subarray(0, Math.max(0, channel.length - discard))));
      }
      run = [];
    };
    for (const packet of this.#packets.push(bytes)) {
      run.push(packet);
      if (packet.discard > 0) decodeRun(packet.discard);
    }
    if (run.length > 0) decodeRun(0);
    return { channelData: joined(pieces), sampleRate: OPUS_RATE };
  }

  /** Gives the decoder's memory back. */
  free(): void {
    this.#opus.free();
  }
}

/** Pieces one behind the other, channel by channel. */
function joined(pieces: readonly Float32Array[][]): Float32Array[] {
  if (pieces.length < 2) return pieces[0] ?? [];
  return pieces[0]!.map((_, c) => joinFloats(pieces.map((piece) => piece[c]!)));
}
