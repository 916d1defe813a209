/** Runs in the browser: the training of `small-training.ts` with onnxruntime-web; the losses are left on the window. */
import { configureBrowserRuntime } from "../../src/runtime/index.ts";
import { trainSmall } from "./small-training.ts";
import { leave } from "./leave.ts";

configureBrowserRuntime("/", 1);

leave(trainSmall());
