import { PbfReader } from "pbf";
import {
  ELEMENT_TYPES,
  type ElementType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./onnx.ts";

// Field numbers are those of `onnx.proto3` (ONNX 1.x, IR version 10); fields that we do not use are skipped.

const typeNames = new Map<number, ElementType>(
  Object.entries(ELEMENT_TYPES).map(([name, number]) => [number, name as ElementType]),
);

function elementTypeOf(number: number): ElementType {
  const name = typeNames.get(number);
  if (name === undefined) throw new RangeError(`onnx: element type ${number} is none that this project uses`);
  return name;
}

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
