import { CREMA_D } from "../crema-d.ts";
import { hashOrder } from "../draw.ts";
import { groupBy } from "../../grouping.ts";
import { TESS } from "../tess.ts";

/** How many folds `four-corpora` has: as many as EmoBox's RAVDESS. */
const FOLDS = 6;
/** Of the draw: part of the protocol's definition, never changed. */
const SEED = 0;

/** Deals groups to the folds in the order of their hashes, one stratum after the other, so that each is spread evenly. */
function dealt(groups: readonly string[], corpus: string, stratumOf: (group: string) => string): string[][] {
  const folds: string[][] = Array.from({ length: FOLDS }, () => []);
  const strata = groupBy(hashOrder(groups, SEED, "sixths", corpus), stratumOf);
  const order = [...strata.keys()].sort().flatMap((stratum) => strata.get(stratum)!);
  for (const [i, group] of order.entries()) folds[i % FOLDS]!.push(group);
  return folds.map((fold) => fold.sort());
}

function sexOf(actor: string): string {
  const named = CREMA_D.parse([`${actor}_DFA_ANG_XX`]);
  return named && "sex" in named ? (named.sex ?? "") : "";
}

/** The 200 words of TESS. */
export const TESS_WORDS: readonly string[] = [
  ...new Set(
    [...TESS.official().values()].flat().map((name) => {
      const named = TESS.parse([name]);
      return named && "sentence" in named ? named.sentence! : "";
    }),
  ),
];

/** CREMA-D's 91 official speakers in six parts of 15 or 16, each with 7 or 8 women and 8 men. */
export const CREMA_D_SIXTHS: readonly (readonly string[])[] = dealt(CREMA_D.speakers, CREMA_D.name, sexOf);

/** TESS's 200 words in six parts of 33 or 34. */
export const TESS_SIXTHS: readonly (readonly string[])[] = dealt(TESS_WORDS, TESS.name, () => "");
