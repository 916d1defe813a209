/** ONNX files as plain objects, read and written. It knows no operator and no gradient. Runs in browsers. */
export { decodeOnnx } from "./decode.ts";
export { encodeMetadataEntry, encodeOnnx } from "./encode.ts";
export { ELEMENT_TYPES } from "./onnx.ts";
export type { Dim, ElementType, OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, OnnxValue } from "./onnx.ts";
