// npx vite examples/browser
import { decodeAudio, loadRecognizer } from "speech-emotion/browser";
import { microphone } from "./microphone.js";

const [input, button, pre] = ["input", "button", "pre"].map((tag) => document.querySelector(tag));
const show = (answer) => (pre.textContent = JSON.stringify(answer, null, 2));
const recognizer = await loadRecognizer();
input.onchange = async () => show(await recognizer.recognize(await decodeAudio(await input.files[0].bytes())));
button.onclick = async () => {
  const { chunks, sampleRate } = await microphone();
  for await (const event of recognizer.listen(chunks, { sampleRate })) show(event);
};
