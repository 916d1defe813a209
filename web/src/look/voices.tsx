import type { JSX } from "preact";
import { lookOf } from "./emotions.ts";
import { Glyph } from "./glyph.tsx";

const BARS = 13;

/** Loudness over a phrase, t in 0 … 1, as one might draw it by hand: pictures, not measurements. */
const PHRASES: Readonly<Record<string, (t: number, i: number) => number>> = {
  angry: (t, i) => (i % 2 === 0 ? 1 : 0.62) * Math.min(1, 6 * t + 0.2) * (1 - 0.35 * t),
  disgust: (t) => 0.25 + 0.5 * t ** 1.5 * (t > 0.9 ? 0.4 : 1),
  fear: (t, i) => (i % 2 === 0 ? 0.62 : 0.3) * (0.5 + 0.5 * Math.sin(Math.PI * t)),
  happy: (t) => 0.18 + 0.68 * Math.abs(Math.sin(2 * Math.PI * t + 0.35)),
  neutral: (t, i) => 0.26 + (i % 3 === 1 ? 0.12 : 0) - 0.08 * t,
  sad: (t) => 0.46 * (1 - t) ** 1.2 + 0.06,
  surprise: (t) => 0.1 + 0.9 * Math.exp(-((t - 0.62) ** 2) / 0.03),
};

function Phrase({ label }: { readonly label: string }): JSX.Element {
  const phrase = PHRASES[label] ?? PHRASES["neutral"]!;
  return (
    <svg class="phrase" viewBox={`0 0 ${8 * BARS} 100`} aria-hidden="true">
      {Array.from({ length: BARS }, (_, i) => {
        const height = Math.max(5, 96 * phrase(i / (BARS - 1), i));
        return (
          <rect
            key={i}
            x={8 * i}
            y={50 - height / 2}
            width={5}
            height={height}
            rx={2.5}
            fill={`var(${lookOf(label).color})`}
          />
        );
      })}
    </svg>
  );
}

/** The emotions that are told apart, each with a phrase drawn in its colour, its shape and its name. */
export function Voices({ labels }: { readonly labels: readonly string[] }): JSX.Element {
  return (
    <ul class="voices" aria-label="The emotions that are told apart">
      {labels.map((label) => (
        <li key={label}>
          <Phrase label={label} />
          <span>
            <Glyph label={label} />
            {label}
          </span>
        </li>
      ))}
    </ul>
  );
}
