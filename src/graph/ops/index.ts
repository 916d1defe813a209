export { batchNorm, batchNormInference, type BatchNormResult } from "./batch-norm.ts";
export { conv1d } from "./conv1d.ts";
export { add, cast, div, dropout, exp, log, maximum, mul, neg, relu, sigmoid, sqrt, sub, tanh } from "./elementwise.ts";
export { softmax, softmaxCrossEntropy } from "./loss.ts";
export { lstm, type LstmResult, type LstmWeights } from "./lstm.ts";
export { frameMask, pooledLengths, reverseReal, zeroBeyond } from "./mask.ts";
export { dense, matmul } from "./matmul.ts";
export { maxPool1d } from "./pool.ts";
export { concat, crop, pad, permute, reduceMean, reduceSum, reshape, slice, split, transpose } from "./shape.ts";
