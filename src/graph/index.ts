/** A builder of ONNX graphs that can differentiate them. It knows nothing of speech. Runs in browsers. */
export { broadcastShape, Graph, OPSET, Value, type Backward, type GraphOptions, type Shape } from "./graph.ts";
export {
  decodeOnnx,
  encodeMetadataEntry,
  encodeOnnx,
  type Dim,
  type ElementType,
  type OnnxGraph,
  type OnnxModel,
} from "./onnx.ts";
export type { OnnxAttribute, OnnxNode, OnnxTensor, OnnxValue } from "./onnx.ts";
export * from "./ops/index.ts";
