// npx vite examples/browser
import { decodeAudio, loadRecognizer } from "speech-emotion/browser";
import { microphone } from "./microphone.js";

const [input, button, pre] = ["input", "button", "pre"].map((tag) => document.querySelector(tag));
const show = (answer) => (pre.textContent = JSON.stringify(answer, null, 2));
show("loading");
const recognizer = await loadRecognizer();
show("ready");
input.addEventListener("change", async () => {
  const bytes = new Uint8Array(await input.files[0].arrayBuffer());
  show(await recognizer.recognize(await decodeAudio(bytes)));
});
button.addEventListener("click", async () => {
  const { chunks, sampleRate } = await microphone();
  for await (const event of recognizer.listen(chunks, { sampleRate })) show(event);
});
