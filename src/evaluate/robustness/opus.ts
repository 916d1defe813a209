import { resample, type Waveform } from "../../audio/index.ts";

/** The rate that Opus works at, in hertz. */
const OPUS_RATE = 48_000;
/** 20 ms, as every call and voice message has it. */
const FRAME = 960;

/**
 * What Opus leaves of a voice: 48 kHz, mono, frames of 20 ms, application "voip", variable bit rate (RFC 6716), by
 * libopus in WebAssembly. Levels beyond full scale are the encoder's to limit. The encoder's delay is taken off, as a
 * player does.
 *
 * @param bitrate in bits a second, 6,000 … 510,000
 * @returns the coded sound at 48 kHz, as long as the waveform
 */
export async function opusRoundTrip(waveform: Waveform, bitrate: number): Promise<Waveform> {
  // Only a thread that codes loads it.
  const { Application, createDecoder, createEncoder } = await import("libopus-wasm");
  const { samples } = resample(waveform, OPUS_RATE);
  const encoder = await createEncoder({
    sampleRate: OPUS_RATE,
    channels: 1,
    application: Application.Voip,
    bitrate,
  });
  const decoder = await createDecoder({ sampleRate: OPUS_RATE, channels: 1 });
  try {
    const delay = encoder.getLookahead();
    const out = new Float32Array(Math.ceil((samples.length + delay) / FRAME) * FRAME);
    const frame = new Float32Array(FRAME);
    for (let at = 0; at < out.length; at += FRAME) {
      frame.fill(0);
      frame.set(samples.subarray(at, at + FRAME));
      out.set(decoder.decodeFloat(encoder.encodeFloat(frame)), at);
    }
    return { samples: out.subarray(delay, delay + samples.length), sampleRate: OPUS_RATE };
  } finally {
    encoder.free();
    decoder.free();
  }
}
