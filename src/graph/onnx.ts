import { PbfReader, PbfWriter } from "pbf";

/**
 * The part of the ONNX file format that this project writes and reads, as plain objects, and its protocol-buffer bytes.
 * Field numbers are those of `onnx.proto3` (ONNX 1.x, IR version 10); fields that we do not use are skipped on reading.
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

const IR_VERSION = 10;

const typeNames = new Map<number, ElementType>(
  Object.entries(ELEMENT_TYPES).map(([name, number]) => [number, name as ElementType]),
);

function elementTypeOf(number: number): ElementType {
  const name = typeNames.get(number);
  if (name === undefined) throw new RangeError(`onnx: element type ${number} is none that this project uses`);
  return name;
}

// ---- writing ----------------------------------------------------------------------------------------------------

function writeTensor(tensor: OnnxTensor, pbf: PbfWriter): void {
  pbf.writePackedVarint(1, [...tensor.shape]);
  pbf.writeVarintField(2, ELEMENT_TYPES[tensor.type]);
  pbf.writeStringField(8, tensor.name);
  pbf.writeBytesField(9, tensor.data);
}

function writeValue(value: OnnxValue, pbf: PbfWriter): void {
  pbf.writeStringField(1, value.name);
  pbf.writeMessage(
    2,
    (_: OnnxValue, type: PbfWriter) =>
      type.writeMessage(
        1,
        (_: OnnxValue, tensor: PbfWriter) => {
          tensor.writeVarintField(1, ELEMENT_TYPES[value.type]);
          tensor.writeMessage(
            2,
            (_: OnnxValue, shape: PbfWriter) => {
              for (const dim of value.shape) {
                shape.writeMessage(
                  1,
                  (d: Dim, p: PbfWriter) =>
                    typeof d === "number" ? p.writeVarintField(1, d) : p.writeStringField(2, d),
                  dim,
                );
              }
            },
            value,
          );
        },
        value,
      ),
    value,
  );
}

function writeAttribute([name, attribute]: [string, OnnxAttribute], pbf: PbfWriter): void {
  pbf.writeStringField(1, name);
  // The last field is AttributeProto.AttributeType.
  if ("float" in attribute) {
    pbf.writeFloatField(2, attribute.float);
    pbf.writeVarintField(20, 1);
  } else if ("int" in attribute) {
    pbf.writeVarintField(3, attribute.int);
    pbf.writeVarintField(20, 2);
  } else if ("text" in attribute) {
    pbf.writeStringField(4, attribute.text);
    pbf.writeVarintField(20, 3);
  } else if ("tensor" in attribute) {
    pbf.writeMessage(5, writeTensor, attribute.tensor);
    pbf.writeVarintField(20, 4);
  } else if ("graph" in attribute) {
    pbf.writeMessage(6, writeGraph, attribute.graph);
    pbf.writeVarintField(20, 5);
  } else {
    for (const int of attribute.ints) pbf.writeVarintField(8, int);
    pbf.writeVarintField(20, 7);
  }
}

function writeNode(node: OnnxNode, pbf: PbfWriter): void {
  for (const input of node.inputs) pbf.writeStringField(1, input);
  for (const output of node.outputs) pbf.writeStringField(2, output);
  pbf.writeStringField(3, node.outputs[0] ?? "");
  pbf.writeStringField(4, node.type);
  for (const attribute of Object.entries(node.attributes)) pbf.writeMessage(5, writeAttribute, attribute);
}

function writeGraph(graph: OnnxGraph, pbf: PbfWriter): void {
  for (const node of graph.nodes) pbf.writeMessage(1, writeNode, node);
  pbf.writeStringField(2, graph.name);
  for (const tensor of graph.initializers) pbf.writeMessage(5, writeTensor, tensor);
  for (const value of graph.inputs) pbf.writeMessage(11, writeValue, value);
  for (const value of graph.outputs) pbf.writeMessage(12, writeValue, value);
}

/** The bytes of an `.onnx` file. */
export function encodeOnnx(model: OnnxModel): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeVarintField(1, IR_VERSION);
  pbf.writeStringField(2, model.producer);
  pbf.writeMessage(7, writeGraph, model.graph);
  pbf.writeMessage(8, (opset: number, p: PbfWriter) => p.writeVarintField(2, opset), model.opset);
  for (const entry of Object.entries(model.metadata)) pbf.writeMessage(14, writeMetadata, entry);
  return pbf.finish();
}

function writeMetadata([key, value]: [string, string], pbf: PbfWriter): void {
  pbf.writeStringField(1, key);
  pbf.writeStringField(2, value);
}

/** The bytes of one `metadata_props` entry; a file followed by them is that file with one more entry. */
export function encodeMetadataEntry(key: string, value: string): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeMessage(14, writeMetadata, [key, value]);
  return pbf.finish();
}

// ---- reading ----------------------------------------------------------------------------------------------------

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };

function readTensor(pbf: PbfReader, end: number): OnnxTensor {
  const tensor: Mutable<OnnxTensor> = { name: "", type: "float32", shape: [], data: new Uint8Array() };
  pbf.readFields(
    (field, t) => {
      if (field === 1) pbf.readPackedVarint(t.shape);
      else if (field === 2) t.type = elementTypeOf(pbf.readVarint());
      else if (field === 8) t.name = pbf.readString();
      else if (field === 9) t.data = pbf.readBytes();
    },
    tensor,
    end,
  );
  return tensor;
}

function readValue(pbf: PbfReader, end: number): OnnxValue {
  const value: Mutable<OnnxValue> = { name: "", type: "float32", shape: [] };
  const message = (read: (field: number) => void): void => {
    pbf.readFields(read, undefined, pbf.readVarint() + pbf.pos);
  };
  const readDim = (field: number): void => {
    if (field === 1) value.shape.push(pbf.readVarint());
    else if (field === 2) value.shape.push(pbf.readString());
  };
  const readTensorType = (field: number): void => {
    if (field === 1) value.type = elementTypeOf(pbf.readVarint());
    else if (field === 2) message((dim) => dim === 1 && message(readDim));
  };
  pbf.readFields(
    (field) => {
      if (field === 1) value.name = pbf.readString();
      else if (field === 2) message((type) => type === 1 && message(readTensorType));
    },
    undefined,
    end,
  );
  return value;
}

function readAttribute(pbf: PbfReader, end: number): [string, OnnxAttribute] {
  let name = "";
  let attribute: OnnxAttribute | undefined;
  const ints: number[] = [];
  pbf.readFields(
    (field) => {
      if (field === 1) name = pbf.readString();
      else if (field === 2) attribute = { float: pbf.readFloat() };
      else if (field === 3) attribute = { int: pbf.readVarint(true) };
      else if (field === 4) attribute = { text: pbf.readString() };
      else if (field === 5) attribute = { tensor: readTensor(pbf, pbf.readVarint() + pbf.pos) };
      else if (field === 6) attribute = { graph: readGraph(pbf, pbf.readVarint() + pbf.pos) };
      else if (field === 8) pbf.readPackedVarint(ints, true);
    },
    undefined,
    end,
  );
  return [name, attribute ?? { ints }];
}

function readNode(pbf: PbfReader, end: number): OnnxNode {
  const node = {
    type: "",
    inputs: [] as string[],
    outputs: [] as string[],
    attributes: {} as Record<string, OnnxAttribute>,
  };
  pbf.readFields(
    (field, n) => {
      if (field === 1) n.inputs.push(pbf.readString());
      else if (field === 2) n.outputs.push(pbf.readString());
      else if (field === 4) n.type = pbf.readString();
      else if (field === 5) {
        const [name, attribute] = readAttribute(pbf, pbf.readVarint() + pbf.pos);
        n.attributes[name] = attribute;
      }
    },
    node,
    end,
  );
  return node;
}

function readGraph(pbf: PbfReader, end: number): OnnxGraph {
  const graph: Mutable<OnnxGraph> = { name: "", nodes: [], initializers: [], inputs: [], outputs: [] };
  pbf.readFields(
    (field, g) => {
      if (field === 1) g.nodes.push(readNode(pbf, pbf.readVarint() + pbf.pos));
      else if (field === 2) g.name = pbf.readString();
      else if (field === 5) g.initializers.push(readTensor(pbf, pbf.readVarint() + pbf.pos));
      else if (field === 11) g.inputs.push(readValue(pbf, pbf.readVarint() + pbf.pos));
      else if (field === 12) g.outputs.push(readValue(pbf, pbf.readVarint() + pbf.pos));
    },
    graph,
    end,
  );
  return graph;
}

/**
 * Reads the bytes of an `.onnx` file.
 *
 * @throws Error of any kind when the bytes are none; callers turn it into their own message.
 */
export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  const pbf = new PbfReader(bytes);
  let graph: OnnxGraph | undefined;
  let opset = 0;
  let producer = "";
  const metadata: Record<string, string> = {};
  pbf.readFields((field) => {
    if (field === 2) producer = pbf.readString();
    else if (field === 7) graph = readGraph(pbf, pbf.readVarint() + pbf.pos);
    else if (field === 8) {
      pbf.readFields((f) => f === 2 && (opset = pbf.readVarint()), undefined, pbf.readVarint() + pbf.pos);
    } else if (field === 14) {
      const entry = ["", ""];
      pbf.readFields(
        (f) => (f === 1 || f === 2) && (entry[f - 1] = pbf.readString()),
        undefined,
        pbf.readVarint() + pbf.pos,
      );
      metadata[entry[0]!] = entry[1]!;
    }
  }, undefined);
  if (graph === undefined) throw new RangeError("onnx: the bytes hold no graph");
  return { graph, opset, producer, metadata };
}
