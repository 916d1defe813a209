/** Runs in the browser: the training of `small-training.ts` with onnxruntime-web; the losses are left on the window. */
import { configureBrowserRuntime } from "../../src/runtime/index.ts";
import { trainSmall } from "./small-training.ts";

configureBrowserRuntime("/", 1);

const page = window as unknown as { result?: number[]; failure?: string };
trainSmall().then(
  (losses) => (page.result = losses),
  (error: unknown) => (page.failure = String(error)),
);
