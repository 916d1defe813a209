import { Random } from "../random.ts";
import { compareText, groupBy } from "../grouping.ts";

/**
 * Groups in an order that a hash of seed, corpus and name gives: further groups change nothing in the order of the others.
 *
 * @param purpose keeps draws for different ends apart.
 */
export function hashOrder(groups: readonly string[], seed: number, purpose: string, corpus: string): string[] {
  return groups
    .map((group) => ({ group, order: new Random(seed, purpose, corpus, group).uint32() }))
    .toSorted((a, b) => a.order - b.order || compareText(a.group, b.group))
    .map(({ group }) => group);
}

/** `share` of `total` groups, rounded; at least one when a share was asked for, and one always stays behind. */
export function atLeastOne(share: number, total: number): number {
  return share === 0 ? 0 : Math.max(0, Math.min(total - 1, Math.max(1, Math.round(share * total))));
}

/** The first `count` of `ordered`, each stratum in proportion to its size (largest remainders first). */
export function take(ordered: readonly string[], count: number, stratumOf: (group: string) => string): string[] {
  const strata = [...groupBy(ordered, stratumOf).values()].map((groups) => {
    const exact = (count * groups.length) / ordered.length;
    return { groups, quota: Math.floor(exact), remainder: exact - Math.floor(exact) };
  });
  let open = count - strata.reduce((sum, { quota }) => sum + quota, 0);
  // Equal remainders keep the strata's order, which the seed decides.
  for (const stratum of strata.toSorted((a, b) => b.remainder - a.remainder)) {
    if (open-- > 0) stratum.quota++;
  }
  return strata.flatMap(({ groups, quota }) => groups.slice(0, quota));
}

/**
 * What a pool of groups in the order of the draw gives to validation: `wanted` of them, each stratum in proportion. A
 * pool of fewer than three gives none: its training part is too small already.
 */
export function takeValidation(
  ordered: readonly string[],
  wanted: number,
  stratumOf: (group: string) => string,
): string[] {
  return ordered.length < 3 ? [] : take(ordered, Math.min(wanted, ordered.length - 1), stratumOf);
}
