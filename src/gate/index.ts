/** Speech or not: one gate for training and use. Runs in browsers. */
export { detectSpeech, GATE_HOP_SECONDS, type SpeechDetection } from "./detect-speech.ts";
export { frontEnd, GATE, type FrontEnd } from "./front-end.ts";
