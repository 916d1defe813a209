import { readFile } from "node:fs/promises";
import { unreadable, writeAtomically } from "../files.node.ts";
import { formatVoiceProfile, parseVoiceProfile, type VoiceProfile } from "./voice-profile.ts";

/**
 * Reads a voice profile, *.voice.json.
 *
 * @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`, and what {@link parseVoiceProfile} throws
 */
export async function readVoiceProfile(path: string): Promise<VoiceProfile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw unreadable(path, cause, "a voice profile, *.voice.json,", '"ser calibrate" makes one');
  }
  return parseVoiceProfile(text, path);
}

/** Writes a voice profile as JSON, atomically. */
export async function writeVoiceProfile(path: string, voice: VoiceProfile): Promise<void> {
  await writeAtomically(path, formatVoiceProfile(voice));
}
