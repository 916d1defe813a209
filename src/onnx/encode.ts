import { PbfWriter } from "pbf";
import {
  ELEMENT_TYPES,
  type Dim,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./onnx.ts";

// Field numbers are those of `onnx.proto3` (ONNX 1.x, IR version 10).

const IR_VERSION = 10;

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
