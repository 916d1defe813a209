import type { RecognizerOptions } from "../recognize/index.ts";
import { readVoiceProfile } from "../recognize/voice-files.node.ts";

/** `--voice`, as commander declares it. */
export const VOICE_OPTION = [
  "--voice <file>",
  'the voice to expect: a profile from "ser calibrate", *.voice.json',
] as const;

/** What `--voice` means to a recogniser. */
export async function voiceOption(file: string | undefined): Promise<Pick<RecognizerOptions, "voice">> {
  return file === undefined ? {} : { voice: await readVoiceProfile(file) };
}
