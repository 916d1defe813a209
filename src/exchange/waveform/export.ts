import { InputError } from "../../errors.ts";
import { logmel72Numbers } from "../../features/index.ts";
import { frontEnd } from "../../gate/index.ts";
import { Graph, type Value } from "../../graph/index.ts";
import { probabilities, toProperties, type Model } from "../../model/index.ts";
import { lengthOf, number, test } from "./emit.ts";
import { centredFrames } from "./frames.ts";
import { gateFrames } from "./gate-frames.ts";
import { utterances } from "./gate-utterances.ts";
import { normalizeWindows } from "./normalize-window.ts";
import { rawFrames } from "./raw-frames.ts";
import { pooled, windowed, windowsOf } from "./windows.ts";

const { FRAME_LENGTH, HOP_LENGTH, SAMPLE_RATE } = logmel72Numbers;

/** How {@link exportWaveform} treats sound. */
export interface WaveformOptions {
  /** Whether the gate looks for speech; default true. Without it all of the samples are taken for speech. */
  readonly gate?: boolean;
}

/** Samples that the gate is given at least: shorter clips, in which no utterance fits, get zeros behind them. */
const SHORTEST = 20 * HOP_LENGTH;

/**
 * The bytes of an ONNX file from sound to emotion: features, speech gate, standardisation, network and the mean over
 * windows in one graph of standard operators.
 *
 * Input `samples` float32 (n), mono at the metadata's `sample_rate`, n ≥ 1. Outputs: `probabilities` float32 (labels), those
 * of `Recognizer.recognize`; `speech` bool (1), whether the gate heard any. Where it heard none, or was left out, the
 * probabilities are those of the whole clip, as `Recognizer.classify` has them.
 *
 * @param where What messages call the model: its path.
 * @throws InputError `format_unsupported` for a feature set that is not expressed in ONNX, and why.
 */
export function exportWaveform(model: Model, where: string, { gate = true }: WaveformOptions = {}): Uint8Array {
  const { metadata } = model;
  const trims = requireLogmel72(metadata.featureSet, where) && gate;
  const graph = new Graph({ name: "speech_emotion_waveform" });
  const samples = graph.input("samples", ["samples"]);
  const raw = rawFrames(centredFrames(samples, FRAME_LENGTH, HOP_LENGTH)); // (frames, 71)
  const count = lengthOf(raw, 0);
  const found = trims ? utterances(gateFrames(longEnough(samples))) : undefined;
  const windows = windowsOf(found, count, metadata.network.frames);
  const { rows, real, lengths } = windowed(raw, windows, count);
  const each = probabilities(normalizeWindows(rows, real), lengths, model); // (windows, labels)
  graph.output("probabilities", pooled(each, windows.weight));
  if (found !== undefined) {
    const spoken = graph.emit1("Reshape", [found.count, graph.ints(1)], [1]);
    graph.output("speech", test("Greater", spoken, number(spoken, 0)));
  }
  return graph.toBytes({
    ...toProperties(metadata),
    input: `samples: float32 (n), mono, ${SAMPLE_RATE} Hz, full scale 1`,
    ...(found === undefined
      ? { output: "probabilities: float32 (labels) of all samples, taken for speech" }
      : { output: "probabilities: float32 (labels); speech: bool (1), false where no speech was heard" }),
  });
}

/** Whether the front end trims. Whatever gate a model was trained with, it listens with the present one. */
function requireLogmel72(id: string, where: string): boolean {
  const { set, trims } = frontEnd(id);
  if (set.id !== "logmel72@1") {
    const why = "reason" in set.incremental ? set.incremental.reason : "there is no graph for them";
    throw new InputError(
      "format_unsupported",
      `${where}: the features ${set.id} are not expressed in ONNX: ${why}; models on logmel72@1 can be exported`,
    );
  }
  return trims;
}

function longEnough(samples: Value): Value {
  const { graph } = samples;
  const zeros = graph.constant(new Float32Array(SHORTEST), [SHORTEST]);
  const longer = graph.emit1("Concat", [samples, zeros], ["longer"], { axis: { int: 0 } });
  const length = graph.emit1("Max", [lengthOf(samples, 0), graph.constant([SHORTEST], [], "int64")], []);
  const end = graph.emit1("Reshape", [length, graph.ints(1)], [1]);
  return graph.emit1("Slice", [longer, graph.ints(0), end, graph.ints(0)], ["heard"]);
}
