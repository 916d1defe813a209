import { writeFileSync } from "node:fs";
import { readAudio } from "../src/audio/read-audio.node.ts";
import { resample, type Waveform } from "../src/audio/index.ts";
import { addNoise } from "../src/augment/index.ts";
import { applyExclusions, scanCorpora } from "../src/corpora/index.ts";
import { detectSpeech } from "../src/gate/index.ts";
import { Random } from "../src/random.ts";
import { nonSpeech } from "../test/gate/sounds.ts";
import { type Bar, bench, corpora, root, run, scratch, someRecordings } from "./bar.ts";

/** A speed against a peer in the same run. */
function ratioBar(name: string, goal: number, row: string): Bar {
  return {
    name: `issue 3: ${name}`,
    goal: `≥ ${goal} × as fast`,
    async run() {
      const { ours, peer, peerName } = await bench("features", row);
      if (peer === null) return { measured: `${ours.toFixed(2)} ms; no peer here`, met: false };
      const ratio = peer / ours;
      return {
        measured: `${ratio.toFixed(1)} × (${ours.toFixed(2)} ms; ${peerName} ${peer.toFixed(2)} ms)`,
        met: ratio >= goal,
      };
    },
  };
}

/** Share of recordings in which the gate finds speech. */
async function found(
  alter: (waveform: Waveform, random: Random) => Waveform,
): Promise<{ share: number; count: number }> {
  const recordings = await someRecordings(250);
  let speech = 0;
  for (const [i, { path }] of recordings.entries()) {
    if (detectSpeech(alter(await readAudio(path), new Random(i, "gate"))).speech) speech++;
  }
  return { share: speech / recordings.length, count: recordings.length };
}

function gateBar(name: string, goal: number, alter: (waveform: Waveform, random: Random) => Waveform): Bar {
  return {
    name: `issue 3: gate, ${name}`,
    goal: `≥ ${100 * goal} % found`,
    async run() {
      const { share, count } = await found(alter);
      return {
        measured: `${(100 * share).toFixed(2)} % of ${count.toLocaleString("en")} recordings`,
        met: share >= goal,
      };
    },
  };
}

/** The bars of issue 3: features and augmentation. */
export const FEATURE_BARS: readonly Bar[] = [
  ratioBar("librosa54@1 of 6.97 s against librosa", 5, "librosa54 of"),
  ratioBar("the same with tuning 0 against librosa's", 3, "librosa54, tuning 0"),
  {
    name: "issue 3: resample 3.7 s, 48 to 22.05 kHz",
    goal: "≤ 3 ms",
    async run() {
      const { ours, peer, peerName } = await bench("features", "resample");
      return {
        measured: `${ours.toFixed(2)} ms${peer === null ? "" : `; ${peerName} ${peer.toFixed(2)} ms`}`,
        met: ours <= 3,
      };
    },
  },
  {
    name: "issue 3: streaming logmel72@1, a hop of 512 samples",
    goal: "≤ 0.1 ms at 16, 22.05, 44.1, 48 kHz",
    async run() {
      const rates = ["16,000", "22,050", "44,100", "48,000"];
      const times: number[] = [];
      for (const rate of rates) times.push((await bench("incremental", `a hop of 512 samples at ${rate} Hz`)).ours);
      return {
        measured: `${times.map((ms) => ms.toFixed(3)).join(", ")} ms`,
        met: times.every((ms) => ms <= 0.1),
      };
    },
  },
  {
    name: "issue 3: decode, resample and features of 5,000 recordings",
    goal: "≥ 400 × real time",
    async run() {
      const manifest = `${scratch}/5000.csv`;
      const { kept } = applyExclusions((await scanCorpora(corpora)).utterances);
      const chosen = new Random(1, "bars").shuffle(kept).slice(0, 5000);

      writeFileSync(
        manifest,
        `path,emotion,speaker\n${chosen.map((u) => `${u.path},${u.emotion},${u.speaker}`).join("\n")}\n`,
      );
      const args = [`${root}/bin/ser.js`, "cache", "build", "--corpora", manifest, "--set", "librosa54@1"];
      const { stdout } = run(process.execPath, args, { env: { SER_CACHE: `${scratch}/cache-5000` } });
      const speed = Number(/([\d,]+) × real time/.exec(stdout)?.[1]?.replaceAll(",", ""));
      return { measured: stdout.trim(), met: speed >= 400 };
    },
  },
  gateBar("clean speech", 0.995, (waveform) => waveform),
  gateBar("speech with white noise at SNR 10 dB", 0.95, (waveform, random) =>
    addNoise(resample(waveform, 16_000), { snr: 10 }, random),
  ),
  {
    name: "issue 3: gate, 60 s of each kind of non-speech, windows of 3 s",
    goal: "≥ 95 % no speech, each kind",
    async run() {
      const shares: Record<string, number> = {};
      for (const [kind, { samples, sampleRate }] of Object.entries(nonSpeech(16_000, 60, 0.3, 7))) {
        let refused = 0;
        for (let w = 0; w < 20; w++) {
          const window = { samples: samples.subarray(w * 3 * sampleRate, (w + 1) * 3 * sampleRate), sampleRate };
          if (!detectSpeech(window).speech) refused++;
        }
        shares[kind] = refused / 20;
      }
      const worst = Math.min(...Object.values(shares));
      const listed = Object.entries(shares).map(([kind, share]) => `${kind} ${100 * share}`);
      return { measured: `${listed.join(", ")} %`, met: worst >= 0.95 };
    },
  },
];
