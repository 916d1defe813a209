// arecord -t raw -f S16_LE -r 16000 | node examples/stream.js
import { loadRecognizer } from "speech-emotion";
import { decodeRaw } from "speech-emotion/audio";

const recognizer = await loadRecognizer();
async function* chunks() {
  for await (const { samples } of decodeRaw(process.stdin, "s16le", 16_000)) yield samples;
}
for await (const event of recognizer.listen(chunks(), { sampleRate: 16_000 })) {
  if (event.type === "measurement")
    console.log(event.end.toFixed(1), event.trigger, event.emotion, event.confidence.toFixed(2));
  else console.log(event.start.toFixed(1), event.type);
}
await recognizer.release();
