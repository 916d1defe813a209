/** The microphone as chunks of samples. What would flatten the voice is asked to be off. */
export async function microphone() {
  const audio = { channelCount: 1, autoGainControl: false, noiseSuppression: false, echoCancellation: false };
  const context = new AudioContext();
  const source = context.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio }));
  const code = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([[samples]]) { if (samples) this.port.postMessage(samples.slice()); return true; }
  });`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const tap = new AudioWorkletNode(context, "tap");
  source.connect(tap);
  const chunks = new ReadableStream({
    start(queue) {
      tap.port.addEventListener("message", ({ data }) => queue.enqueue(data));
      tap.port.start();
    },
  });
  return { chunks, sampleRate: context.sampleRate };
}
