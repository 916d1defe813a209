import { readFile } from "node:fs/promises";
import { InputError } from "../errors.ts";
import { writeAtomically } from "../model/files.node.ts";
import { formatVoiceProfile, parseVoiceProfile, type VoiceProfile } from "./voice-profile.ts";

/**
 * Reads a voice profile, *.voice.json.
 *
 * @throws InputError `file_missing`, `file_unreadable`, and what {@link parseVoiceProfile} throws
 */
export async function readVoiceProfile(path: string): Promise<VoiceProfile> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new InputError(
      missing ? "file_missing" : "file_unreadable",
      missing
        ? `${path}: there is no such voice profile; "ser calibrate" makes one`
        : `${path}: the voice profile cannot be read (${(cause as Error).message})`,
      { cause },
    );
  }
  return parseVoiceProfile(text, path);
}

/** Writes a voice profile as JSON, atomically. */
export async function writeVoiceProfile(path: string, voice: VoiceProfile): Promise<void> {
  await writeAtomically(path, new TextEncoder().encode(formatVoiceProfile(voice)));
}
