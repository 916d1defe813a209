/** How a label is shown: never by colour alone, always with its shape or its name. */
export interface Look {
  /** The custom property of ground.css that holds the colour in the theme of the moment. */
  readonly color: string;
  /** Outline in a box of 24 by 24. */
  readonly shape: string;
}

/** Calm and unknown labels, should a model have them, look alike: a ring. */
const OTHER: Look = {
  color: "--other",
  shape: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 5a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z",
};

const LOOKS: Readonly<Record<string, Look>> = {
  // A peak.
  angry: { color: "--angry", shape: "M12 2.5 22.5 21h-21Z" },
  // Crossed out.
  disgust: {
    color: "--disgust",
    shape: "M6.2 2.5 12 8.3l5.8-5.8 3.7 3.7-5.8 5.8 5.8 5.8-3.7 3.7-5.8-5.8-5.8 5.8-3.7-3.7L8.3 12 2.5 6.2Z",
  },
  // On edge.
  fear: { color: "--fear", shape: "M12 1.5 21 12 12 22.5 3 12Z" },
  // Round.
  happy: { color: "--happy", shape: "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Z" },
  // Level.
  neutral: {
    color: "--neutral",
    shape: "M4.5 8.5h15a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2h-15a2 2 0 0 1-2-2v-3a2 2 0 0 1 2-2Z",
  },
  // A drop.
  sad: { color: "--sad", shape: "M12 1.5c4 5.2 7 9 7 13a7 7 0 1 1-14 0c0-4 3-7.8 7-13Z" },
  // A spark.
  surprise: {
    color: "--surprise",
    shape: "M12 1 14.6 9.4 23 12l-8.4 2.6L12 23l-2.6-8.4L1 12l8.4-2.6Z",
  },
};

/** The look of a label. */
export function lookOf(label: string): Look {
  return LOOKS[label] ?? OTHER;
}

/** Below this probability, 0 … 1, of the most probable label the page says "unsure". */
export const UNSURE_BELOW = 0.3;

/** `0.864` → `86 %`, as people read it. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** Labels with a capital letter, as headings have them. */
export function title(label: string): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}

/** `75.2` → `1:15`; from an hour on `1:02:05`. */
export function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, String(whole % 60).padStart(2, "0")];
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}
