import { concat, crop, pad, reshape, type Value } from "../../graph/index.ts";
import { lengthOf, plus, sliceTo, times } from "./emit.ts";

/**
 * Overlapping frames of samples (n), centred, with zeros beyond the ends: frame t is around sample t·hop. As `FrameStream`
 * cuts them: 1 + ⌊n / hop⌋ frames, shape ("frames", length).
 *
 * @param length a multiple of twice the hop
 */
export function centredFrames(samples: Value, length: number, hop: number): Value {
  const { graph } = samples;
  const more = length / hop - 1;
  const blocks = plus(graph.emit1("Div", [lengthOf(samples, 0), graph.constant([hop], [], "int64")], []), 1 + more);
  const padded = pad(samples, length / 2, length / 2, 0);
  const whole = reshape(sliceTo(padded, times(blocks, hop), 0, "whole"), ["blocks", hop]);
  const shifted = Array.from({ length: more + 1 }, (_, k) => {
    const part = crop(whole, k, more - k, 0);
    return graph.emit1("Identity", [part], ["frames", hop]);
  });
  return concat(shifted, 1);
}
