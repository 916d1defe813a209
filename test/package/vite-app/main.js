import { loadRecognizer, readAudio } from "speech-emotion/browser";

const recognizer = await loadRecognizer();
window.result = await recognizer.recognize(await readAudio("./voice.wav"));
