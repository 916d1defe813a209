/** What tells one row of a figure from the others. */
export type Labels = Readonly<Record<string, string>>;

/** A figure that Prometheus collects. */
export interface Figure {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** One line a row, without its end. */
  lines(): string[];
}

/** The media type of {@link renderFigures}. */
export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const escaped = (value: string): string =>
  value
    .replaceAll("\\", String.raw`\\`)
    .replaceAll("\n", String.raw`\n`)
    .replaceAll('"', String.raw`\"`);

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  return `${name}${pairs.length > 0 ? `{${pairs.join(",")}}` : ""} ${value}`;
}

/** Figures in the text format of Prometheus, version 0.0.4. */
export function renderFigures(figures: readonly Figure[]): string {
  const blocks = figures.map((figure) =>
    [`# HELP ${figure.name} ${figure.help}`, `# TYPE ${figure.name} ${figure.type}`, ...figure.lines()].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}

/** A figure that is read when somebody asks. */
export function readFigure(
  name: string,
  help: string,
  read: () => number,
  type: "counter" | "gauge" = "gauge",
): Figure {
  return { name, help, type, lines: () => [line(name, {}, read())] };
}

/** Rows by their labels, always given in the same order. */
class Rows<Row> {
  readonly #rows = new Map<string, { readonly labels: Labels; readonly row: Row }>();
  readonly #empty: () => Row;

  constructor(empty: () => Row) {
    this.#empty = empty;
  }

  at(labels: Labels): Row {
    const key = JSON.stringify(labels);
    let found = this.#rows.get(key);
    if (!found) this.#rows.set(key, (found = { labels, row: this.#empty() }));
    return found.row;
  }

  all(): { readonly labels: Labels; readonly row: Row }[] {
    return [...this.#rows.values()];
  }
}

/** A sum that only grows, one for each set of labels. */
export class Counter implements Figure {
  readonly type = "counter";
  readonly name: string;
  readonly help: string;
  readonly #sums = new Rows(() => ({ value: 0 }));

  /** @param labelled whether rows have labels; without them there is one row from the start */
  constructor(name: string, help: string, labelled = false) {
    this.name = name;
    this.help = help;
    if (!labelled) this.#sums.at({});
  }

  add(amount = 1, labels: Labels = {}): void {
    this.#sums.at(labels).value += amount;
  }

  lines(): string[] {
    return this.#sums.all().map(({ labels, row }) => line(this.name, labels, row.value));
  }
}

/** How often values were at most so large, for each set of labels. */
export class Histogram implements Figure {
  readonly type = "histogram";
  readonly name: string;
  readonly help: string;
  readonly #bounds: readonly number[];
  readonly #rows: Rows<{ readonly counts: number[]; sum: number; count: number }>;

  /** @param bounds upper bounds of the buckets, rising */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.name = name;
    this.help = help;
    this.#bounds = bounds;
    this.#rows = new Rows(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  }

  observe(value: number, labels: Labels = {}): void {
    const row = this.#rows.at(labels);
    row.sum += value;
    row.count++;
    for (const [i, bound] of this.#bounds.entries()) if (value <= bound) row.counts[i]!++;
  }

  lines(): string[] {
    return this.#rows
      .all()
      .flatMap(({ labels, row }) => [
        ...this.#bounds.map((bound, i) =>
          line(`${this.name}_bucket`, { le: String(bound), ...labels }, row.counts[i]!),
        ),
        line(`${this.name}_bucket`, { le: "+Inf", ...labels }, row.count),
        line(`${this.name}_sum`, labels, row.sum),
        line(`${this.name}_count`, labels, row.count),
      ]);
  }
}
