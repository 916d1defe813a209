/** Fetched with the first voice that is learnt: training is no part of a first visit. */
import { formatVoiceProfile, type Recognizer } from "../../../src/browser.ts";
import { calibrateVoice } from "../../../src/recognize/calibrate-voice.ts";
import type { Lesson } from "./messages.ts";
import type { Take } from "./takes.ts";

/**
 * The text of the profile that these recordings make, as `ser calibrate` writes it.
 *
 * @throws what `calibrateVoice` throws
 */
export async function learn(
  model: Recognizer,
  takes: ReadonlyMap<number, Take>,
  lesson: Lesson,
  onProgress: (done: number, total: number) => void,
): Promise<string> {
  const waveform = (id: number): Take => {
    const take = takes.get(id);
    if (!take) throw new Error("A recording is no longer there. Record it again.");
    return take;
  };
  const neutral = lesson.neutral.map(({ id, name }) => ({ ...waveform(id), name }));
  const clips = lesson.clips.map(({ id, name, emotion }) => ({ waveform: waveform(id), name, emotion }));
  return formatVoiceProfile(await calibrateVoice(model, { neutral, clips }, { onProgress }));
}
