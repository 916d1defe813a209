import path from "node:path";
import type { Command } from "commander";
import { readAudio } from "../audio/read-audio.node.ts";
import { readManifest } from "../corpora/index.ts";
import { InputError, ParameterError } from "../errors.ts";
import {
  calibrateVoice,
  formatVoiceProfile,
  type LabelledClip,
  type VoiceProfile,
  type VoiceRecording,
} from "../recognize/index.ts";
import { loadRecognizer } from "../recognize/load.node.ts";
import { readVoiceProfile, writeVoiceProfile } from "../recognize/voice-files.node.ts";
import type { CliCommand } from "./command.ts";
import { assertWritable, tell } from "./output.ts";
import { modelOption } from "./recognizer-options.ts";

interface CalibrateOptions {
  readonly neutral?: readonly string[];
  readonly speech?: readonly string[];
  readonly clips?: readonly string[];
  readonly manifest?: string;
  readonly out?: string;
  readonly model: string;
  readonly show?: string;
  readonly json?: true;
}

/** A clip that is yet to be read. */
interface ClipFile {
  readonly emotion: string;
  readonly file: string;
}

/** `ser calibrate`: a few recordings of a voice in, its profile out. */
export const command: CliCommand<CalibrateOptions> = {
  examples: [
    "ser calibrate --neutral me1.wav me2.wav --out me.voice.json",
    "ser calibrate --clips happy=a.wav happy=b.wav sad=c.wav sad=d.wav neutral=e.wav --out me.voice.json",
    "ser calibrate --speech call1.wav call2.wav --out me.voice.json",
    "ser calibrate --neutral me1.wav --manifest clips.csv --out me.voice.json",
    "ser predict voice.wav --voice me.voice.json",
    "ser calibrate --show me.voice.json",
  ],

  configure(cmd: Command) {
    cmd
      .option("--neutral <files...>", "recordings of the voice without emotion, 3 s of speech or more")
      .option("--speech <files...>", "recordings of the voice in whatever moods, without labels, 3 s of speech or more")
      .option("--clips <emotion=file...>", "5 to 30 recordings of the voice in known emotions, about as many of each")
      .option("--manifest <file>", "a list of such clips, CSV or JSONL, with the columns path, emotion and speaker")
      .option("--out <file>", "the profile to write, *.voice.json; delete it to forget the voice")
      .addOption(modelOption("the model that the profile is for, *.onnx"))
      .option("--show <file>", "tell what a profile holds, and do nothing else")
      .option("--json", "one JSON object on standard output; with --show the profile as it is");
  },

  async run(_args, options, { stdout, progress, signal }) {
    const { neutral = [], speech = [], clips = [], manifest, out, model, show, json } = options;
    const files = [...clips.map(clipFile), ...(manifest === undefined ? [] : await manifestClips(manifest))];
    if (show !== undefined) {
      if (neutral.length + speech.length + files.length > 0 || out !== undefined) {
        throw new ParameterError(
          "--show: it tells what a profile holds; leave --neutral, --speech, --clips, --manifest, --out out",
        );
      }
      const voice = await readVoiceProfile(show);
      stdout.write(json === true ? formatVoiceProfile(voice) : renderVoice(show, voice));
      return 0;
    }
    if (neutral.length + speech.length + files.length === 0) {
      throw new ParameterError(
        "calibrate: there is nothing to calibrate with; give --neutral recordings (two or three sentences in your everyday " +
          "voice), --speech in whatever moods, --clips or --manifest with 5 to 30 recordings in known emotions, or all of them",
      );
    }
    if (out === undefined) throw new ParameterError("calibrate: --out names the profile to write, e.g. me.voice.json");
    await assertWritable("--out", out, ".voice.json");
    requireOnce([...neutral, ...speech, ...files.map(({ file }) => file)]);
    await using recognizer = await loadRecognizer(model);
    const recordings = async (paths: readonly string[]): Promise<VoiceRecording[]> => {
      const read: VoiceRecording[] = [];
      for (const file of paths) read.push({ ...(await readAudio(file)), name: file });
      return read;
    };
    const [calm, other] = [await recordings(neutral), await recordings(speech)];
    const labelled: LabelledClip[] = [];
    for (const { file, emotion } of files) labelled.push({ waveform: await readAudio(file), emotion, name: file });
    const onProgress = (done: number, total: number): void => progress.update("calibrate", done, total);
    const voice = await calibrateVoice(
      recognizer,
      { neutral: calm, speech: other, clips: labelled },
      { onProgress, signal },
    );
    progress.finish();
    await writeVoiceProfile(out, voice);
    tell(stdout, json, { file: out, ...counted(voice) }, `wrote ${out}: ${contents(voice).join("; ")}\n`);
    return 0;
  },
};

/** A recording that is given twice would count as two. @throws ParameterError */
function requireOnce(files: readonly string[]): void {
  const seen = new Set<string>();
  for (const file of files) {
    const at = path.resolve(file);
    if (seen.has(at)) throw new ParameterError(`calibrate: ${file} is given twice; give each recording once`);
    seen.add(at);
  }
}

/** `happy=a.wav`. */
function clipFile(text: string): ClipFile {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return { emotion: text.slice(0, at), file: text.slice(at + 1) };
  throw new ParameterError(`--clips: "${text}" must be an emotion and a file, e.g. happy=a.wav`);
}

/** The clips of a manifest, all of one speaker. */
async function manifestClips(manifest: string): Promise<ClipFile[]> {
  const { utterances, problems } = await readManifest(manifest);
  if (problems[0]) throw new InputError("file_missing", problems[0].message);
  const speakers = [...new Set(utterances.map(({ speaker }) => speaker))];
  if (speakers.length > 1) {
    throw new InputError(
      "manifest_invalid",
      `manifest ${manifest}: it lists ${speakers.length} speakers (${speakers.slice(0, 3).join(", ")} …); a profile is of one voice, make one for each`,
    );
  }
  return utterances.map(({ path: file, emotion }) => ({ file, emotion }));
}

/** What a profile was made of, without its numbers. */
function counted({ baseline, head }: VoiceProfile): object {
  return {
    baseline: baseline && { recordings: baseline.recordings, seconds: baseline.seconds },
    head: head && { clips: head.clips, seconds: head.seconds, labels: head.labels },
  };
}

/** `heard against 2 recordings (8.1 s of speech)`, and the same of clips. */
function contents({ baseline, head }: VoiceProfile): string[] {
  const parts: string[] = [];
  if (baseline && baseline.recordings > 0) {
    const { recordings, seconds } = baseline;
    parts.push(
      `heard against ${recordings} ${recordings === 1 ? "recording" : "recordings"} of it (${seconds.toFixed(1)} s of speech)`,
    );
  }
  if (head) {
    const labels = Object.entries(head.labels).filter(([, count]) => count > 0);
    parts.push(
      `last layer taught ${head.clips} clips (${head.seconds.toFixed(1)} s of speech: ${labels.map(([label, count]) => `${label} ${count}`).join(", ")})`,
    );
  }
  return parts;
}

function renderVoice(file: string, voice: VoiceProfile): string {
  const rows: [string, string][] = [
    ["file", file],
    ["written", voice.created],
    ["model", `${voice.model.slice(0, 16)}…, ${voice.featureSet}`],
    ...contents(voice).map((text): [string, string] => ["voice", text]),
  ];
  return rows.map(([name, value]) => `${name.padEnd(12)}${value}\n`).join("");
}
