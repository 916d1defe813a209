import { InputError } from "../../errors.ts";
import { frontEnd } from "../../gate/index.ts";
import { div, Graph, mul, reduceSum, reshape, sub, type Value } from "../../graph/index.ts";
import { logmel72Numbers } from "../../features/index.ts";
import { probabilities, toProperties, type Model } from "../../model/index.ts";
import { lengthOf, number, plus, range, shaped, test, times, toFloat, toInt } from "./emit.ts";
import { centredFrames } from "./frames.ts";
import { normalizeWindows } from "./normalize-window.ts";
import { rawFrames } from "./raw-frames.ts";

const { FRAME_LENGTH, HOP_LENGTH, RAW_COLUMNS } = logmel72Numbers;

/** The bytes of an ONNX file from sound to probabilities. */
export function exportWaveform(model: Model, where: string): Uint8Array {
  const { metadata } = model;
  const { set } = frontEnd(metadata.featureSet);
  if (set.id !== "logmel72@1") throw new InputError("format_unsupported", `${where}: ${set.id}`);
  const graph = new Graph({ name: "speech_emotion_waveform" });
  const samples = graph.input("samples", ["samples"]);
  const frames = rawFrames(centredFrames(samples, FRAME_LENGTH, HOP_LENGTH)); // (frames, 71)
  const count = lengthOf(frames, 0);
  const one = graph.constant([1], [], "int64");
  const y = wholeWindow(frames, count, one);
  graph.output("probabilities", probabilities(y.features, y.lengths, model));
  return graph.toBytes(toProperties(metadata));
}

function wholeWindow(frames: Value, count: Value, one: Value): { features: Value; lengths: Value } {
  const { graph } = frames;
  const windows = shaped(frames, [1, count, RAW_COLUMNS], ["windows", "frames", RAW_COLUMNS]);
  const real = toFloat(test("Less", reshape(range(count, "frames"), [1, "frames", 1]), count));
  const r = graph.emit1("Identity", [real], ["windows", "frames", 1]);
  void one;
  return { features: normalizeWindows(windows, r), lengths: graph.emit1("Reshape", [count, graph.ints(1)], ["windows"]) };
}
void [div, mul, reduceSum, sub, number, plus, times, toInt];
