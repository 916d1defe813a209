/** A builder of ONNX graphs that can differentiate them. It knows nothing of speech. Runs in browsers. */
export { broadcastShape, Graph, OPSET, Value, type Backward, type GraphOptions, type Shape } from "./graph.ts";
export { decodeOnnx, encodeMetadataEntry, encodeOnnx } from "../onnx/index.ts";
export type {
  Dim,
  ElementType,
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxTensor,
  OnnxValue,
} from "../onnx/index.ts";
export * from "./ops/index.ts";
