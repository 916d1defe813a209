import "../no-telemetry.ts";
import { env, InferenceSession, Tensor } from "#onnxruntime";
import { reasonOf, ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";

/** The array that holds a tensor's elements. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** What a tensor's elements are. */
export type ElementType = "float32" | "float64" | "int32" | "int64" | "uint8" | "bool";

/** A tensor outside of a graph: row-major elements and their shape. */
export interface TensorLike {
  readonly type: ElementType;
  readonly data: TensorData;
  readonly shape: readonly number[];
}

/** Tensors by the name of a graph's input or output. */
export type Tensors = Readonly<Record<string, TensorLike>>;

/** What can run a graph, by the names of ONNX Runtime's execution providers. */
export const DEVICES = ["cpu", "cuda", "webgpu", "coreml", "dml"] as const;

/** One of {@link DEVICES}. */
export type Device = (typeof DEVICES)[number];

/** What to do where a device is not there. */
const HOW_TO_GET: Readonly<Record<Device, string>> = {
  cpu: "it is part of every build of ONNX Runtime",
  cuda: "it needs an NVIDIA card with CUDA 12 and cuDNN 9 on Linux or Windows, and its libraries: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node",
  webgpu: "it needs a graphics card with a Vulkan, Metal or Direct3D 12 driver (in a browser: one with WebGPU)",
  coreml: "it is there on macOS only",
  dml: "it is there on Windows only, with a DirectX 12 card",
};

/** The device of that name. @throws ParameterError naming those there are. */
export function parseDevice(text: string): Device {
  const found = DEVICES.find((device) => device === text);
  if (found === undefined) throw new ParameterError(`device: ${noneOf(text, DEVICES)}`);
  return found;
}

/** Options of {@link Session.create}. */
export interface SessionOptions {
  /** What runs the graph; default "cpu". */
  readonly device?: Device;
  /** Threads for one operation, 1 … number of cores; default: ONNX Runtime's choice (all cores). */
  readonly threads?: number;
  /** Whether the session keeps the memory of a run for the next: faster by a twentieth, and held as long as the session. Default true. */
  readonly arena?: boolean;
}

/**
 * Where a browser finds ONNX Runtime's WebAssembly, and how many threads it may start; to be called before the first
 * {@link Session}. Without effect in Node.
 *
 * @param wasmPaths the folder of `ort-wasm-*.wasm` and `.mjs`, ending in "/"; undefined: beside the script, as bundlers put them
 * @param threads 1 unless the page is cross-origin isolated
 */
export function configureBrowserRuntime(wasmPaths: string | undefined, threads: number): void {
  if (wasmPaths !== undefined) env.wasm.wasmPaths = wasmPaths;
  env.wasm.numThreads = threads;
}

/** A float32 tensor. */
export function floats(data: Float32Array, shape: readonly number[]): TensorLike {
  return { type: "float32", data, shape };
}

/**
 * A graph made ready to run, on onnxruntime-node in Node and on onnxruntime-web in a browser. It exists so that nothing
 * else in the project knows which of the two it runs on.
 */
export class Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly #session: InferenceSession;

  private constructor(session: InferenceSession) {
    this.#session = session;
    this.inputNames = session.inputNames;
    this.outputNames = session.outputNames;
  }

  /**
   * Compiles the bytes of an `.onnx` file. Rejects when ONNX Runtime finds them wrong.
   *
   * @throws ParameterError when the device is not to be had on this machine; the message says how to get it.
   */
  static async create(
    model: Uint8Array,
    { device = "cpu", threads, arena = true }: SessionOptions = {},
  ): Promise<Session> {
    const session = await InferenceSession.create(model, {
      ...(device !== "cpu" && { executionProviders: [device] }),
      graphOptimizationLevel: "all",
      executionMode: "sequential",
      // Planned as one block, all tensors of a run lie side by side and none in the place of another: twice the memory.
      enableMemPattern: false,
      enableCpuMemArena: arena,
      // Warnings of the optimiser about our graphs are of no use to a user; errors still come as exceptions.
      logSeverityLevel: 3,
      // Threads wait busily within a run, but not after it: each session has its own, which would take the cores from the next.
      extra: { session: { force_spinning_stop: "1" } },
      ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
    }).catch((cause: unknown) => {
      if (device === "cpu") throw cause;
      const reason = reasonOf(cause).split("\n")[0]!;
      throw new ParameterError(
        `device "${device}" is not available here: ${HOW_TO_GET[device]}. (ONNX Runtime says: ${reason})`,
        {
          cause,
        },
      );
    });
    return new Session(session);
  }

  /** Runs the graph once. Inputs are not copied, unless threads share them, and must not be changed until the promise resolves. */
  async run(inputs: Tensors): Promise<Tensors> {
    const feeds: Record<string, Tensor> = {};
    for (const [name, { type, data, shape }] of Object.entries(inputs)) {
      feeds[name] = new Tensor(type, isShared(data) ? data.slice() : data, shape);
    }
    const results = await this.#session.run(feeds);
    const outputs: Record<string, TensorLike> = {};
    for (const [name, tensor] of Object.entries(results)) {
      outputs[name] = { type: tensor.type as ElementType, data: tensor.data as TensorData, shape: tensor.dims };
    }
    return outputs;
  }

  /** Frees the memory of the session; it cannot run afterwards. */
  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** ONNX Runtime takes no memory that threads share. */
function isShared({ buffer }: TensorData): boolean {
  return typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
}
