import { Option } from "commander";
import type { RecognizerOptions } from "../recognize/index.ts";
import { DEFAULT_MODEL } from "../recognize/load.node.ts";
import { readVoiceProfile } from "../recognize/voice-files.node.ts";
import { DEVICES } from "../runtime/index.ts";
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

/** What `--voice` means to a recogniser. */
export async function voiceNamed(file: string | undefined): Promise<Pick<RecognizerOptions, "voice">> {
  return file === undefined ? {} : { voice: await readVoiceProfile(file) };
}
