import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { decodeAudio, resample } from "../../src/audio/index.ts";
import { wavFile } from "../audio/wav-file.ts";
import { hum } from "../batch/voices.ts";
import { root } from "./blocks.ts";

/** Where documents are run: a home, corpora of made voices, and programs that stand in for what a test cannot have. */
export interface World {
  readonly folder: string;
  /** A new working folder with the package installed, the examples and some recordings. */
  workFolder(document: string): string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

const RATE = 16_000;
/** Names that documents give to recordings; each is the voice of an example clip. */
const VOICES = ["voice", "my-recording", "a", "b", "c", "d", "e", "one"].map((name) => `${name}.wav`);
/** Longer ones: several sentences. */
const LONG = ["me.wav", "me1.wav", "me2.wav", "meeting.wav", "meeting.mp3", "meeting.m4a"];
const CLIPS = ["espeak-even-middle", "espeak-fast-high", "espeak-loud-rough", "espeak-slow-low"];

const SHIMS = ["ser", "npx", "npm", "arecord", "rec", "python", "pip"];

const two = (n: number): string => String(n).padStart(2, "0");

/** File names of small corpora, as their makers name them: enough speakers for every split and fold. */
function corpusFiles(): Record<string, string[]> {
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
  const ravdess = range(24).flatMap((actor) =>
    range(8).map((emotion) => `Actor_${two(actor)}/03-01-${two(emotion)}-01-01-01-${two(actor)}.wav`),
  );
  const cremaD = range(24).flatMap((actor) =>
    ["ANG", "DIS", "FEA", "HAP", "NEU", "SAD"].map((emotion) => `${1000 + actor}_IEO_${emotion}_MD.wav`),
  );
  const tess = ["OAF", "YAF"].flatMap((speaker) =>
    ["angry", "disgust", "fear", "happy", "neutral", "ps", "sad"].flatMap((emotion) =>
      ["back", "bar", "base", "bath", "bean", "beg"].map(
        (word) => `${speaker}_${emotion}/${speaker}_${word}_${emotion}.wav`,
      ),
    ),
  );
  const savee = ["DC", "JE", "JK", "KL"].flatMap((speaker) =>
    ["a", "d", "f", "h", "n", "sa", "su"].flatMap((emotion) =>
      [1, 2].map((take) => `${speaker}/${emotion}${two(take)}.wav`),
    ),
  );
  return { ravdess, "crema-d": cremaD, tess, savee };
}

function writeCorpora(home: string): void {
  let i = 0;
  for (const [corpus, files] of Object.entries(corpusFiles())) {
    for (const file of files) {
      const at = path.join(home, corpus, file);
      mkdirSync(path.dirname(at), { recursive: true });
      writeFileSync(at, hum(i++, "documents"));
    }
  }
}

/** The recordings of an own list: six speakers, three emotions. */
function writeManifest(folder: string): void {
  const rows = Array.from({ length: 36 }, (_, i) => {
    mkdirSync(path.join(folder, "recordings"), { recursive: true });
    writeFileSync(path.join(folder, "recordings", `${i}.wav`), hum(1000 + i, "documents"));
    return `recordings/${i}.wav,${["happy", "neutral", "sad"][i % 3]},speaker${Math.floor(i / 6)}`;
  });
  writeFileSync(path.join(folder, "recordings.csv"), `path,emotion,speaker\n${rows.join("\n")}\n`);
}

/** The example clips at 16 kHz. */
async function voices(): Promise<Float32Array[]> {
  const clips = CLIPS.map(async (name) => {
    const audio = await decodeAudio(readFileSync(path.join(root, `examples/clips/${name}.wav`)));
    return resample(audio, RATE).samples;
  });
  return Promise.all(clips);
}

/** Speech, a pause, speech. */
function joined(parts: readonly Float32Array[]): Float32Array {
  const pause = new Float32Array(2 * RATE);
  return Float32Array.from(parts.flatMap((part) => [...part, ...pause]));
}

/** @param settings of the stand-ins, as environment variables: see shims.mjs */
export async function makeWorld(settings: Readonly<Record<string, string>>): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-docs-"));
  const home = path.join(folder, "home");
  const bin = path.join(folder, "bin");
  mkdirSync(path.join(folder, "shared"), { recursive: true });
  mkdirSync(bin);
  writeCorpora(home);
  symlinkSync(home, path.join(folder, "shared/data"));
  const shims = path.join(root, "test/docs/shims.mjs");
  for (const name of SHIMS) {
    const file = path.join(bin, name);
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${shims}" ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  const clips = await voices();
  const recordings = clips.map((samples) => wavFile(samples, { sampleRate: RATE }));
  const meeting = wavFile(joined(clips), { sampleRate: RATE });
  let count = 0;
  return {
    folder,
    env: {
      PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
      HOME: home,
      SER_CACHE: path.join(folder, "cache"),
      NO_COLOR: "1",
      DOCS_ROOT: root,
      DOCS_WORLD: folder,
      ...settings,
    },
    workFolder(document) {
      const work = path.join(folder, `work-${++count}`);
      mkdirSync(path.join(work, "node_modules"), { recursive: true });
      symlinkSync(root, path.join(work, "node_modules/speech-emotion"));
      cpSync(path.join(root, "examples"), path.join(work, "examples"), { recursive: true });
      // Copied, as documents train models to these places.
      mkdirSync(path.join(work, "models"));
      cpSync(path.join(root, "models/default.onnx"), path.join(work, "models/default.onnx"));
      mkdirSync(path.join(work, "results/protocols"), { recursive: true });
      mkdirSync(path.join(work, "calls"));
      const at = document.startsWith("examples/") ? path.join(work, path.dirname(document)) : work;
      for (const [i, name] of VOICES.entries()) writeFileSync(path.join(at, name), recordings[i % recordings.length]!);
      for (const [i, bytes] of recordings.entries())
        writeFileSync(path.join(at, at === work ? `calls/${i}.wav` : `${i}.wav`), bytes);
      for (const name of LONG) writeFileSync(path.join(at, name), meeting);
      writeFileSync(path.join(at, "notes.txt"), "no sound\n");
      writeManifest(at);
      return at;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
