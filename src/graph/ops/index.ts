export { batchNorm, batchNormInference, type BatchNormResult } from "./batch-norm.ts";
export { conv1d } from "./conv1d.ts";
export {
  add,
  cast,
  castTo,
  div,
  dropout,
  exp,
  log,
  maximum,
  mul,
  neg,
  relu,
  sigmoid,
  sqrt,
  sub,
  tanh,
} from "./elementwise.ts";
export { gru, type GruWeights } from "./gru.ts";
export { layerNorm } from "./layer-norm.ts";
export { softmax, softmaxCrossEntropy } from "./loss.ts";
export { lstm, type LstmWeights } from "./lstm.ts";
export { atLeast, frameMask, pooledLengths, reverseReal, zeroBeyond } from "./mask.ts";
export { dense, matmul } from "./matmul.ts";
export { averagePool1d, maxPool1d } from "./pool.ts";
export { attentionPool, attentiveStatisticsPool, averagePool, statisticsPool } from "./pool-time.ts";
export type { RecurrentResult } from "./recurrent.ts";
export {
  concat,
  crop,
  overFrames,
  pad,
  permute,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  split,
  transpose,
} from "./shape.ts";
