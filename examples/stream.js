// arecord -t raw -f S16_LE -r 16000 | node examples/stream.js
import { loadRecognizer } from "speech-emotion";

const recognizer = await loadRecognizer();
async function* chunks() {
  for await (const bytes of process.stdin)
    yield Float32Array.from(new Int16Array(new Uint8Array(bytes).buffer), (x) => x / 32768);
}
for await (const event of recognizer.listen(chunks(), { sampleRate: 16_000 })) {
  if (event.type === "measurement")
    console.log(event.end.toFixed(1), event.trigger, event.emotion, event.confidence.toFixed(2));
  else console.log(event.start.toFixed(1), event.type);
}
await recognizer.release();
