/** Published figures to compare with, per cent, and where they stand. */
export interface Anchors {
  /** What they measure. */
  readonly metric: "UAR" | "accuracy";
  readonly source: string;
  readonly figures: readonly (readonly [system: string, figure: string])[];
  /** What must be known to compare. */
  readonly note?: string;
}

const EMOBOX = "EmoBox, arXiv 2406.07162; frozen self-supervised encoders with a small head, mean over all folds";
const EVAR = "nttcslab/eval-audio-repr; linear probes of pretrained encoders";

/** By question, or by protocol and question where it has none of its own. */
export const ANCHORS: Readonly<Record<string, Anchors>> = {
  "ravdess-8": {
    metric: "UAR",
    source: EMOBOX,
    figures: [
      ["wav2vec2-base", "54.3"],
      ["WavLM-base", "61.6"],
      ["HuBERT-base", "65.4"],
      ["HuBERT-large", "70.0"],
      ["WavLM-large", "72.0"],
      ["Whisper-large-v3", "75.3"],
      ["eGeMAPS, no pretraining", "57.0"],
      ["spectrogram, no pretraining, 7 classes", "44.6"],
    ],
    note: "Humans: 67 % accuracy.",
  },
  "savee-7": {
    metric: "UAR",
    source: EMOBOX,
    figures: [
      ["wav2vec2-base", "44.9"],
      ["HuBERT-base", "58.9"],
      ["WavLM-base", "63.6"],
      ["HuBERT-large", "71.9"],
      ["the best of the paper", "75.8"],
    ],
  },
  "crema-d-6": {
    metric: "accuracy",
    source: EVAR,
    figures: [
      ["VGGish", "44.4"],
      ["CNN14", "51.8"],
      ["TRILL", "58.8"],
      ["BYOL-A", "63.8"],
      ["wav2vec2", "65.5"],
      ["Whisper-base", "70.8"],
      ["Whisper-large-v3", "76.2"],
      ["without pretraining", "53–63"],
    ],
    note: "On the 19 test speakers, which `cremad-evar-dev` does not use. Human raters: 40.0 % each, 44.6 % by majority.",
  },
  "four-corpora/pooled-7": {
    metric: "accuracy",
    source: "unreviewed repositories; no published result from scratch was found",
    figures: [
      ["MFCC and LSTM", "44.2"],
      ["universal HuBERT", "68.3"],
    ],
  },
  "leave-one-corpus-out/pooled-7": {
    metric: "accuracy",
    source: "published small CNNs",
    figures: [["CREMA-D → RAVDESS", "30.9"]],
    note: "Macro F1 0.13–0.23 for small CNNs over several pairs of corpora.",
  },
  "random-split/pooled-7": {
    metric: "accuracy",
    source: "arXiv 2507.07046 and 2507.03251, each a corpus at a time, RAVDESS / SAVEE / CREMA-D / TESS",
    figures: [
      ["DCRF-BiLSTM, random split", "97.8 / 97.0 / 95.1 / 100"],
      ["1D-CNN + CSA, augmented before splitting", "99.2 / 97.5 / 89.3 / 99.8"],
      ["clean random splits", "75–85"],
    ],
    note: "Leaky, too. The same pipelines lose 8–48 points when speakers are disjoint.",
  },
};

/** The figures for a question of a protocol. */
export function anchorsOf(protocol: string, question: string): Anchors | undefined {
  return ANCHORS[`${protocol}/${question}`] ?? ANCHORS[question];
}
