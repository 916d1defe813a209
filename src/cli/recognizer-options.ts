import { Option } from "commander";
import { InputError } from "../errors.ts";
import type { Recognizer } from "../recognize/index.ts";
import { DEFAULT_MODEL, loadRecognizer } from "../recognize/load.node.ts";
import { readVoiceProfile } from "../recognize/voice-files.node.ts";
import { DEVICES, type Device } from "../runtime/index.ts";
import { choiceOption } from "./choice.ts";
import { shareOption } from "./numbers.ts";

/** `--model`. */
export function modelOption(description = "a model file, *.onnx"): Option {
  return new Option("--model <file>", description).default(DEFAULT_MODEL, "the one that ships");
}

/** `--device`. */
export function deviceOption(): Option {
  return choiceOption("--device <name>", "what runs the network", DEVICES).default("cpu");
}

/** `--min-confidence`. */
export function minConfidenceOption(): Option {
  const option = new Option("--min-confidence <p>", "answer unsure where no emotion is this probable, 0 … 1");
  return option.argParser(shareOption("--min-confidence")).default(0);
}

/** `--voice`. */
export function voiceOption(): Option {
  return new Option("--voice <file>", 'the voice to expect: a profile from "ser calibrate", *.voice.json');
}

/** The recogniser that `--model`, `--device` and `--voice` ask for. */
export async function recognizerFor(model: string, device: Device, voice: string | undefined): Promise<Recognizer> {
  if (voice === undefined) return loadRecognizer(model, { device });
  const profile = await readVoiceProfile(voice);
  return loadRecognizer(model, { device, voice: profile }).catch((cause: unknown) => {
    if (!(cause instanceof InputError && cause.code.startsWith("voice_"))) throw cause;
    throw new InputError(cause.code, `--voice ${voice}: ${cause.message}`, { cause });
  });
}
