import { percent } from "../../arithmetic.ts";
import type { ReportEntry } from "./entry.ts";

/** What the words of a report mean, each a sentence. */
export const GLOSSARY: readonly (readonly [term: string, meaning: string])[] = [
  ["Accuracy", "share of recordings with the right label (WA)."],
  [
    "UAR",
    "unweighted average recall (UA, balanced accuracy): the mean over the emotions of the share recognised; guessing gives 1 / number of emotions.",
  ],
  ["Macro F1", "mean over the emotions of the harmonic mean of precision and recall."],
  ["95 % interval", "bootstrap over speakers: where the figure would lie with other speakers of the same corpora."],
  [
    "Calibration error",
    "expected calibration error of the top label, 15 bins of equal width: how far, on average, confidence is from accuracy.",
  ],
  [
    "Leaky",
    "recordings, speakers or sentences of the test were in training. Such a figure says how well known voices are recognised, not new ones.",
  ],
];

/** What a reader must know before the figures: leaky or honest, and what is missing. */
export function caveats({ leaky, header }: ReportEntry): string[] {
  return [
    ...(leaky
      ? [
          "LEAKY: recordings or speakers of this test were in training. The figures are too good for a voice that the model never heard.",
        ]
      : []),
    ...(header === null ? [] : [`On disk: ${header}.`]),
  ];
}

/** For every leaky entry with an honest twin, what lies between them. */
export function leakSentences(entries: readonly ReportEntry[]): string[] {
  const key = ({ preset, summary }: ReportEntry): string =>
    JSON.stringify([preset, summary.labels, Object.keys(summary.perCorpus)]);
  return entries
    .filter(({ leaky }) => leaky)
    .flatMap((leaky) =>
      entries
        .filter((honest) => !honest.leaky && key(honest) === key(leaky))
        .map((honest) => {
          const [high, low] = [leaky.summary.uar, honest.summary.uar];
          const figures =
            `${leaky.preset}: UAR ${percent(high)} % where speakers of the test were in training (${leaky.name}), ` +
            `${percent(low)} % where they were not (${honest.name}). `;
          return high > low
            ? `${figures}The difference of ${percent(high - low)} points is what having met the voices, and with them sentences, rooms and ` +
                `microphones, is worth (the tests hold different recordings, so a point or two is chance). A new speaker brings none of it: ` +
                `the second figure tells what to expect.`
            : `${figures}Knowing the voices does not show here; still, only the second figure tells what to expect of a new speaker.`;
        }),
    );
}
