/** Runs in the browser, with onnxruntime-web and nothing of this package: `/waveform.onnx` on the samples of `/samples.f32`. */
import * as ort from "onnxruntime-web";
import { leave } from "./leave.ts";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/";

async function answer(): Promise<number[]> {
  const bytes = async (name: string): Promise<ArrayBuffer> => (await fetch(name)).arrayBuffer();
  const samples = new Float32Array(await bytes("/samples.f32"));
  const session = await ort.InferenceSession.create(await bytes("/waveform.onnx"));
  const { probabilities, speech } = await session.run({
    samples: new ort.Tensor("float32", samples, [samples.length]),
  });
  return [...(probabilities!.data as Float32Array), Number(speech!.data[0])];
}

leave(answer());
