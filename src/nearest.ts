import { ParameterError } from "./errors.ts";

/** Letters to insert, delete, replace or swap with their neighbour between two words (Damerau's optimal string alignment). */
export function editDistance(a: string, b: string): number {
  let [twoAbove, above]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above![j]! + 1, row[j - 1]! + 1, above![j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, twoAbove![j - 2]! + 1);
      row.push(least);
    }
    [twoAbove, above] = [above, row];
  }
  return above![b.length]!;
}

/** Names longer than this are not compared: no command, option or file that somebody types is. */
const LONGEST = 200;

/**
 * The name that `word` was probably meant to be: one that differs in less than a third of its letters, else the only one
 * that begins with it; case does not count. Undefined when nothing is near, or `word` is one of the names.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const meant = word.toLowerCase();
  if (meant.length > LONGEST || names.includes(word)) return undefined;
  let found: string | undefined;
  let least = Infinity;
  for (const name of names) {
    const longer = Math.max(name.length, meant.length);
    if (longer > LONGEST || Math.abs(name.length - meant.length) >= longer / 3) continue;
    const distance = editDistance(meant, name.toLowerCase());
    if (distance < longer / 3 && distance < least) [found, least] = [name, distance];
  }
  if (found !== undefined || meant.length < 2) return found;
  const longerNames = names.filter((name) => name.toLowerCase().startsWith(meant));
  return longerNames.length === 1 ? longerNames[0] : undefined;
}

/** ` (did you mean seed?)`, to stand behind a wrong word; "" when no name is near. */
export function didYouMean(word: string, names: readonly string[]): string {
  const found = nearest(word, names);
  return found === undefined ? "" : ` (did you mean ${found}?)`;
}

/**
 * The one of these that has that name.
 *
 * @param what where it was asked, the first word of the message
 * @throws ParameterError that says {@link noneOf}
 */
export function named<T>(what: string, name: string, those: readonly T[], nameOf: (each: T) => string): T {
  const found = those.find((each) => nameOf(each) === name);
  if (found === undefined) throw new ParameterError(`${what}: ${noneOf(name, those.map(nameOf))}`);
  return found;
}

/** `"sead" is none (did you mean seed?); there are seed, logmel72`: what every message about a wrong name says. */
export function noneOf(word: string, names: readonly string[], what = "none"): string {
  return `"${word}" is ${what}${didYouMean(word, names)}; there are ${names.join(", ")}`;
}
