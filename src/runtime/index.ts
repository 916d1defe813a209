export { floats, Session, type SessionOptions, type TensorData, type TensorLike, type Tensors } from "./session.ts";
