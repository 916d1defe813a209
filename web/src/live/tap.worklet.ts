/** In the thread of the sound: passes samples on to the engine and their peaks to the page. */
interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  start(): void;
}
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: Port;
}
declare function registerProcessor(name: string, processor: unknown): void;

/** Samples that go to the engine at a time. */
const CHUNK = 2048;

class Tap extends AudioWorkletProcessor {
  #engine: MessagePort | null = null;
  #chunk = new Float32Array(CHUNK);
  #filled = 0;
  #peak = 0;
  #samples = 0;
  #bars = 0;

  constructor() {
    super();
    this.port.addEventListener("message", ({ data }) => (this.#engine = data as MessagePort));
    this.port.start();
  }

  process([input]: readonly (readonly Float32Array[])[]): boolean {
    const samples = input?.[0];
    if (!samples || !this.#engine) return true;
    for (const sample of samples) {
      const magnitude = Math.abs(sample);
      if (magnitude > this.#peak) this.#peak = magnitude;
      this.#chunk[this.#filled++] = sample;
      if (this.#filled === CHUNK) this.#send();
    }
    this.#samples += samples.length;
    // Ten peaks a second.
    if (this.#samples * 10 >= (this.#bars + 1) * sampleRate) {
      this.port.postMessage(this.#peak, []);
      this.#peak = 0;
      this.#bars++;
    }
    return true;
  }

  #send(): void {
    this.#engine!.postMessage(this.#chunk, [this.#chunk.buffer]);
    this.#chunk = new Float32Array(CHUNK);
    this.#filled = 0;
  }
}

registerProcessor("tap", Tap);
