import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DATA_FOLDER } from "../data.ts";
import { HAS_FFMPEG } from "../ffmpeg.ts";
import { spreadRecordings } from "../recordings.ts";

const FIXTURES = new URL("../audio/fixtures/", import.meta.url);

/** One file of every format, made by a synthesiser. */
export const syntheticFiles = (): Buffer[] =>
  ["wav", "aiff", "mp3", "flac", "ogg", "opus", "m4a", "webm"].map((ending) =>
    readFileSync(new URL(`source.${ending}`, FIXTURES)),
  );

/** The untouched originals and the corpora's troublemakers: wav of all widths and rates, and AIFF. */
function untouched(): Buffer[] {
  return ["originals", "quirks"].flatMap((folder) =>
    (readdirSync(path.join(DATA_FOLDER, folder), { recursive: true }) as string[])
      .filter((name) => name.endsWith(".wav"))
      .toSorted()
      .map((name) => readFileSync(path.join(DATA_FOLDER, folder, name))),
  );
}

/** Recordings in the formats that the corpora do not come in; empty where there is no ffmpeg. */
function transcoded(perCorpus: number): Buffer[] {
  if (!HAS_FFMPEG) return [];
  const folder = mkdtempSync(path.join(tmpdir(), "ser-formats-"));
  try {
    return spreadRecordings(perCorpus).flatMap((recording) =>
      ["mp3", "flac", "m4a", "ogg", "webm", "aiff"].map((ending) => {
        const file = path.join(folder, `recording.${ending}`);
        const codec = ending === "ogg" ? ["-c:a", "libvorbis"] : [];
        const { status, stderr } = spawnSync("ffmpeg", ["-v", "error", "-y", "-i", recording, ...codec, file]);
        if (status !== 0) throw new Error(`ffmpeg: ${String(stderr)}`);
        return readFileSync(file);
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Real recordings of all four corpora as they come, untouched originals, and other formats made of them. */
export function realFiles(perCorpus: number, transcodedPerCorpus: number): Buffer[] {
  const opus = spreadRecordings(perCorpus).map((file) => readFileSync(file));
  return [...opus, ...untouched(), ...transcoded(transcodedPerCorpus)];
}
