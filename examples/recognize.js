// node examples/recognize.js voice.wav
import { loadRecognizer, readAudio } from "speech-emotion";

const recognizer = await loadRecognizer();
for (const file of process.argv.slice(2)) {
  const { speech, emotion, confidence } = await recognizer.recognize(await readAudio(file));
  console.log(file, speech ? `${emotion} ${Math.round(100 * confidence)} %` : "no speech");
}
await recognizer.release();
