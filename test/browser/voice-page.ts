/** Runs in the browser: calibrates the model at /tiny.onnx to the voice in /even.wav and /slow.wav, and recognises /fast.wav by it. */
import { calibrateVoice, loadRecognizer, readAudio, type VoiceProfile } from "../../src/browser.ts";
import { leave } from "./leave.ts";

/** What the page leaves on the window. */
export interface VoiceAnswer {
  readonly voice: VoiceProfile;
  readonly probabilities: readonly number[];
}

async function answer(): Promise<VoiceAnswer> {
  const recognizer = await loadRecognizer("/tiny.onnx", { wasmPaths: "/" });
  const [even, slow, fast] = await Promise.all([
    readAudio("/even.wav"),
    readAudio("/slow.wav"),
    readAudio("/fast.wav"),
  ]);
  const clips = [
    { emotion: "neutral", waveform: even! },
    { emotion: "sad", waveform: slow! },
    { emotion: "happy", waveform: fast! },
    { emotion: "sad", waveform: slow! },
    { emotion: "happy", waveform: fast! },
  ];
  const voice = await calibrateVoice(recognizer, { neutral: [even!, slow!], clips });
  const mine = await recognizer.withVoice(voice);
  const { probabilities } = await mine.recognize(fast!);
  return { voice, probabilities: Object.values(probabilities!) };
}

leave(answer());
