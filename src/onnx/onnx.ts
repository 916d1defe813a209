/**
 * The part of the ONNX file format that this project writes and reads, as plain objects; `encode.ts` and
 * `decode.ts` turn them into its protocol-buffer bytes and back.
 */

/** Element types of tensors, with the number that `TensorProto.DataType` gives them. */
export const ELEMENT_TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/** The name of an element type. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A dimension: a fixed size, or the name of one that is known when the graph runs, e.g. "batch". */
export type Dim = number | string;

/** A tensor that is stored in the file: a weight or a constant; `data` is little-endian, row-major. */
export interface OnnxTensor {
  readonly name: string;
  /** Of its elements. */
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Its elements, little-endian, the last axis fastest. */
  readonly data: Uint8Array;
}

/** An input or output of a graph. */
export interface OnnxValue {
  readonly name: string;
  /** Of its elements. */
  readonly type: ElementType;
  readonly shape: readonly Dim[];
}

/** An attribute of a node: integers are `bigint`-free JS numbers, floats are marked so that 1.0 stays a float. */
export type OnnxAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly tensor: OnnxTensor }
  | { readonly graph: OnnxGraph };

/** One operation; an empty input name means an optional input that is left out. */
export interface OnnxNode {
  /** The operator of ONNX, such as "MatMul". */
  readonly type: string;
  /** Names of the values it takes, in order. */
  readonly inputs: readonly string[];
  /** Names of the values it gives, in order. */
  readonly outputs: readonly string[];
  /** By name, as ONNX documents the operator. */
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A graph: nodes in an order in which they can run. */
export interface OnnxGraph {
  readonly name: string;
  /** In an order in which they can run. */
  readonly nodes: readonly OnnxNode[];
  /** The tensors stored in it. */
  readonly initializers: readonly OnnxTensor[];
  /** What is fed when it runs. */
  readonly inputs: readonly OnnxValue[];
  /** What it gives. */
  readonly outputs: readonly OnnxValue[];
}

/** A whole file. */
export interface OnnxModel {
  readonly graph: OnnxGraph;
  /** The version of ONNX's standard operators. */
  readonly opset: number;
  /** The program that wrote it. */
  readonly producer: string;
  /** The file's `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
}
