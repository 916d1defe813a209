/** Runs in the browser: the training of `small-training.ts` with onnxruntime-web; the losses are left on the window. */
import * as ort from "onnxruntime-web";
import { trainSmall } from "./small-training.ts";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/";

const page = window as unknown as { losses?: number[]; failure?: string };
trainSmall().then(
  (losses) => (page.losses = losses),
  (error: unknown) => (page.failure = String(error)),
);
