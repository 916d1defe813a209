import { logmel72Bank, logmel72Numbers as raw } from "../../features/index.ts";
import {
  add,
  concat,
  div,
  type Graph,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  slice,
  sqrt,
  sub,
} from "../../graph/index.ts";
import type { Value } from "../../graph/index.ts";
import { atLeast, clip, log10, log2, plus, test, times, toFloat } from "./emit.ts";
import { Fourier } from "./fourier.ts";
import { framePitches } from "./pitch.ts";

const { FRAME_LENGTH, N_MELS, SAMPLE_RATE, SILENCE } = raw;

/** `LogMel72Frames` of features/: the raw columns of frames (frames, 1024) → (frames, 71). */
export function rawFrames(frames: Value): Value {
  const { graph } = frames;
  const centred = sub(frames, reduceMean(frames, [1], true));
  const pitch = framePitches(centred, new Fourier(graph, FRAME_LENGTH));
  const power = windowedPower(pitch.spectrum);
  const bank = logmel72Bank();
  // A bin more at either end: the power has none for them.
  const weights = Float32Array.from(
    { length: 511 * N_MELS },
    (_, i) => bank.weights.row(i % N_MELS)[1 + Math.floor(i / N_MELS)]!,
  );
  const bands = matmul(power, graph.constant(weights, [511, N_MELS])); // (frames, 64)
  const low = reduceSum(slice(bands, 0, bank.corner, 1), [1], true);
  const high = reduceSum(slice(bands, bank.corner, N_MELS, 1), [1], true);
  const total = add(low, high);
  const floor = atLeast(times(total, raw.BAND_FLOOR), SILENCE);
  const side = plus(times(total, raw.TILT_FLOOR), SILENCE);
  const voiced = voicedPart(pitch.periodicity);
  return concat(
    [
      log10(graph.emit1("Max", [bands, floor], bands.shape)),
      log10(atLeast(total, SILENCE)),
      mul(voiced, log2(times(pitch.f0, 1 / raw.PITCH_ZERO))),
      pitch.periodicity,
      crossings(centred),
      ...moments(power, graph, bank.weights),
      log10(div(add(high, side), add(low, side))),
    ],
    1,
  );
}

/** How far a frame of that periodicity counts as voiced: `voicedPart` of features/. */
export function voicedPart(periodicity: Value): Value {
  return clip(times(plus(periodicity, -raw.VOICED_FROM), 1 / (raw.VOICED_FULLY - raw.VOICED_FROM)), 0, 1);
}

/** Power of bins 1 … 511 under a Hann window, which is applied to the spectrum: two of (frames, 513) → (frames, 511). */
function windowedPower(spectrum: readonly Value[]): Value {
  const squares = spectrum.map((part) => {
    const around = add(slice(part, 0, 511, 1), slice(part, 2, 513, 1));
    const windowed = sub(times(slice(part, 1, 512, 1), 0.5), times(around, 0.25));
    return mul(windowed, windowed);
  });
  return times(add(squares[0]!, squares[1]!), 2 / (FRAME_LENGTH * FRAME_LENGTH * 0.375));
}

/** Part of the samples where the sign changes: (frames, 1024) → (frames, 1). */
function crossings(centred: Value): Value {
  const rootMeanSquare = sqrt(reduceMean(mul(centred, centred), [1], true));
  const least = plus(times(rootMeanSquare, -raw.ZERO_PART), -raw.ZERO);
  const negative = toFloat(test("Less", centred, least));
  const change = sub(slice(negative, 1, FRAME_LENGTH, 1), slice(negative, 0, FRAME_LENGTH - 1, 1));
  return times(reduceSum(mul(change, change), [1], true), 1 / FRAME_LENGTH);
}

/** Centroid and bandwidth in octaves, over the bins of the bank: each (frames, 1). */
function moments(power: Value, graph: Graph, bank: ReturnType<typeof logmel72Bank>["weights"]): [Value, Value] {
  const begin = bank.row(0).findIndex((weight) => weight > 0);
  const stop = bank.row(N_MELS - 1).findLastIndex((weight) => weight > 0) + 1;
  const bins = slice(power, begin - 1, stop - 1, 1);
  const step = SAMPLE_RATE / FRAME_LENGTH / raw.SPECTRUM_ZERO;
  const frequencies = graph.constant(
    Array.from({ length: stop - begin }, (_, k) => (begin + k) * step),
    [1, stop - begin],
  );
  const total = (x: Value): Value => plus(reduceSum(x, [1], true), SILENCE);
  const sum = total(bins);
  const centroid = div(total(mul(bins, frequencies)), sum);
  const distance = sub(frequencies, centroid);
  const spread = total(mul(bins, mul(distance, distance)));
  return [log2(centroid), times(log2(div(spread, sum)), 0.5)];
}
