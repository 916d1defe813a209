/** Speech or not: one gate for training and use, for files and streams. Runs in browsers. */
export { detectSpeech, type SpeechDetection } from "./detect-speech.ts";
export { frontEnd, GATE, type FrontEnd } from "./front-end.ts";
export { HANGOVER_SECONDS, SpeechGate, type GateEvent, type SpeechSpan } from "./speech-gate.ts";
