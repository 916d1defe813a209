/** Speech or not: one gate for training and use, for files and streams. Runs in browsers. */
export { detectSpeech, type SpeechDetection } from "./detect-speech.ts";
export { frontEnd, GATE, type FrontEnd } from "./front-end.ts";
export { HANGOVER_SECONDS, SpeechGate, type GateEvent, type SpeechSpan } from "./speech-gate.ts";
/** The numbers that define the gate, for what says it in an ONNX graph. */
export * as frameNumbers from "./frames.ts";
export * as voiceNumbers from "./voice.ts";
export * as utteranceNumbers from "./speech-gate.ts";
