export { configureBrowserRuntime, DEVICES, floats, parseDevice, Session } from "./session.ts";
export type { Device, ElementType, SessionOptions, TensorData, TensorLike, Tensors } from "./session.ts";
