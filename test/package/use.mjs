// Imports every door of the package that is named, and recognises a clip.
import { loadRecognizer, readAudio } from "speech-emotion";

const doors = process.argv.slice(2);
for (const door of doors) if (Object.keys(await import(door)).length === 0) throw new Error(`${door} is empty`);
const recognizer = await loadRecognizer();
const { emotion, confidence } = await recognizer.recognize(await readAudio("examples/clips/espeak-even-middle.wav"));
await recognizer.release();
console.log(emotion, confidence, doors.length, "doors");
