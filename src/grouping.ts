/** Items by key, in the order of first appearance (`Map.groupBy`, which Node 20 lacks). */
export function groupBy<T, K>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Orders text by UTF-16 code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Each value once, in the order of {@link compareText}. */
export function distinct(values: Iterable<string>): string[] {
  return [...new Set(values)].sort(compareText);
}

/** How often each key occurs, keys in the order of {@link compareText}. */
export function countBy<T>(items: Iterable<T>, keyOf: (item: T) => string): Record<string, number> {
  const counts = [...groupBy(items, keyOf)].map(([key, group]): [string, number] => [key, group.length]);
  return Object.fromEntries(counts.sort(([a], [b]) => compareText(a, b)));
}
