import { add, concat, matmul, mul, neg, slice, sub, type Graph, type Value } from "../../graph/index.ts";

/**
 * The discrete Fourier transform of real frames as matrix products, which every ONNX runtime has and runs at full speed.
 * A frame's even part meets cosines and its odd part sines, so that the products are of half the size: 2·(n/2)² instead of
 * n² multiplications a frame.
 */
export class Fourier {
  readonly size: number;
  /** cos(2πjk / n), j and k in 0 … n/2. */
  readonly #cosines: Value;
  /** sin(2πjk / n), j in 1 … n/2 − 1, k in 0 … n/2. */
  readonly #sines: Value;

  constructor(graph: Graph, size: number) {
    this.size = size;
    const half = size / 2;
    const table = (first: number, rows: number, f: (angle: number) => number): Float32Array =>
      Float32Array.from({ length: rows * (half + 1) }, (_, i) => {
        const [j, k] = [first + Math.floor(i / (half + 1)), i % (half + 1)];
        return f((2 * Math.PI * ((j * k) % size)) / size);
      });
    this.#cosines = graph.initializer("cosines", table(0, half + 1, Math.cos), [half + 1, half + 1]);
    this.#sines = graph.initializer("sines", table(1, half - 1, Math.sin), [half - 1, half + 1]);
  }

  /** Real and imaginary part of bins 0 … n/2: (frames, n) → two of (frames, 1 + n/2). */
  forward(frames: Value): [real: Value, imaginary: Value] {
    const { graph } = frames;
    const half = this.size / 2;
    const [rows] = frames.shape;
    const inner = slice(frames, 1, half, 1);
    const mirrored = graph.emit1(
      "Slice",
      [frames, graph.ints(this.size - 1), graph.ints(half), graph.ints(1), graph.ints(-1)],
      [rows!, half - 1],
    );
    const even = concat([slice(frames, 0, 1, 1), add(inner, mirrored), slice(frames, half, half + 1, 1)], 1);
    return [matmul(even, this.#cosines), neg(matmul(sub(inner, mirrored), this.#sines))];
  }

  /** The first `count` samples, at most n/2 + 1, of the real signal with that spectrum: (frames, 1 + n/2) twice → (frames, count). */
  inverse([real, imaginary]: [Value, Value], count: number): Value {
    const { graph } = real;
    const half = this.size / 2;
    // Bins but the first and the last stand for their mirror images, too.
    const parts = Float32Array.from({ length: half + 1 }, (_, k) => (k === 0 || k === half ? 1 : 2) / this.size);
    const weights = graph.constant(parts, [half + 1]);
    const cosines = slice(this.#cosines, 0, count, 1);
    const sines = slice(this.#sines, 0, count, 1);
    const odd = slice(mul(imaginary, weights), 1, half, 1);
    return sub(matmul(mul(real, weights), cosines), matmul(odd, sines));
  }
}
