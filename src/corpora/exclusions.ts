import type { Utterance } from "./utterance.ts";

/** Recordings that no model should learn from or be judged by, each with its reason; the name is stored with a model. */
export interface ExclusionList {
  /** Versioned: another content is another name. */
  readonly name: string;
  /** Reason by utterance id. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** An utterance and why it was excluded. */
export interface Exclusion {
  readonly utterance: Utterance;
  /** Why it is left out, as the list says. */
  readonly reason: string;
}

const SILENT = "digital silence";
const WRONG = "listed by the corpus's authors as wrong audio";
const twoLabels = (other: string): string => `the same audio as ${other}, under another emotion`;

/** The known bad and duplicate recordings of the four corpora. */
export const KNOWN_BAD: ExclusionList = {
  name: "known-bad@1",
  reasons: new Map([
    ["crema-d/1006_TIE_HAP_XX", twoLabels("1006_TIE_NEU_XX")],
    ["crema-d/1006_TIE_NEU_XX", twoLabels("1006_TIE_HAP_XX")],
    ["crema-d/1013_WSI_DIS_XX", twoLabels("1013_WSI_SAD_XX")],
    ["crema-d/1013_WSI_SAD_XX", twoLabels("1013_WSI_DIS_XX")],
    ["crema-d/1017_IWW_ANG_XX", twoLabels("1017_IWW_FEA_XX")],
    ["crema-d/1017_IWW_FEA_XX", twoLabels("1017_IWW_ANG_XX")],
    ["crema-d/1064_IEO_DIS_MD", WRONG],
    ["crema-d/1076_MTI_SAD_XX", SILENT],
    ["ravdess/03-01-03-01-02-02-07", "the same audio as 03-01-03-01-02-01-07"],
  ]),
};

/** Parts the recordings that may be used from those on the list; callers print the latter with their reasons. */
export function applyExclusions(
  utterances: readonly Utterance[],
  list: ExclusionList = KNOWN_BAD,
): { kept: Utterance[]; excluded: Exclusion[] } {
  const kept: Utterance[] = [];
  const excluded: Exclusion[] = [];
  for (const utterance of utterances) {
    const reason = list.reasons.get(utterance.id);
    if (reason === undefined) kept.push(utterance);
    else excluded.push({ utterance, reason });
  }
  return { kept, excluded };
}
