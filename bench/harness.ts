import { alignColumns } from "../src/text-table.ts";

/** One side of a case: how long one run of the work takes. */
export interface Runner {
  /** Shown in the row, e.g. `librosa 0.11.0`. */
  readonly name: string;
  /** Does the work once and resolves to its time in milliseconds, measured where the work is done. */
  run(): Promise<number>;
  close?(): void;
}

/** A piece of work that we and a peer both do. */
export interface BenchCase {
  readonly name: string;
  readonly ours: Runner;
  /** Absent where nobody else does it; a text says why the peer cannot run here. */
  readonly peer?: Runner | string;
  /** Rounds that count, after one that does not; default 15. */
  readonly rounds?: number;
}

/** What a benchmark file exports. */
export interface Benchmark {
  cases(): Promise<BenchCase[]>;
}

/** A case's result; times in milliseconds. */
export interface BenchRow {
  readonly case: string;
  /** Median. */
  readonly ours: number;
  readonly peerName: string | null;
  /** Median; null without a peer. */
  readonly peer: number | null;
  /** How many times as long the peer takes; null without a peer. */
  readonly ratio: number | null;
  /** Half the distance between the quartiles of ours and of the peer's times, as a share of the median. */
  readonly spread: { readonly ours: number; readonly peer: number | null };
  readonly rounds: number;
  /** Why there is no peer. */
  readonly note?: string;
}

/** The time of `work` in this process, as a runner. */
export function timed(name: string, work: () => unknown): Runner {
  return {
    name,
    async run() {
      const started = performance.now();
      await work();
      return performance.now() - started;
    },
  };
}

/** The value at part `p` of sorted numbers, between two of them where none stands there. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}

/** The median of some numbers, and half the distance of their quartiles as a share of it. */
export function summarize(times: readonly number[]): { median: number; spread: number } {
  const sorted = times.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return { median, spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median };
}

/**
 * Runs the cases in turn, ours and the peer's alternating, and reverses the order each round, so that a machine that
 * warms up or slows down favours nobody. The first round does not count.
 */
export async function runCases(
  cases: readonly BenchCase[],
  onRound: (round: number, rounds: number) => void = () => {},
): Promise<BenchRow[]> {
  const runners = cases.flatMap((each) => [
    { each, runner: each.ours, times: [] as number[] },
    ...(typeof each.peer === "object" ? [{ each, runner: each.peer, times: [] as number[] }] : []),
  ]);
  const roundsOf = ({ rounds = 15 }: BenchCase): number => rounds;
  const rounds = Math.max(...cases.map(roundsOf));
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound(round, rounds);
      for (const { each, runner, times } of round % 2 === 0 ? runners : runners.toReversed()) {
        if (round > roundsOf(each)) continue;
        const time = await runner.run();
        if (round > 0) times.push(time);
      }
    }
  } finally {
    for (const { runner } of runners) runner.close?.();
  }
  return cases.map((each): BenchRow => {
    const timesOf = (wanted: Runner): readonly number[] => runners.find(({ runner }) => runner === wanted)!.times;
    const ours = summarize(timesOf(each.ours));
    const peer = typeof each.peer === "object" ? summarize(timesOf(each.peer)) : null;
    return {
      case: each.name,
      ours: ours.median,
      peerName: typeof each.peer === "object" ? each.peer.name : null,
      peer: peer?.median ?? null,
      ratio: peer && peer.median / ours.median,
      spread: { ours: ours.spread, peer: peer?.spread ?? null },
      rounds: roundsOf(each),
      ...(typeof each.peer === "string" && { note: each.peer }),
    };
  });
}

function milliseconds(time: number): string {
  return `${time >= 100 ? time.toFixed(0) : time.toPrecision(3)} ms`;
}

function percent(share: number): string {
  return `±${(100 * share).toFixed(0)} %`;
}

/** The rows as an aligned table: ours, peer, ratio, spread. */
export function renderRows(rows: readonly BenchRow[]): string {
  const cells = [
    ["case", "ours", "peer", "", "ratio", "spread"],
    ...rows.map((row) => [
      row.case,
      milliseconds(row.ours),
      row.peer === null ? "–" : milliseconds(row.peer),
      row.peerName ?? row.note ?? "",
      row.ratio === null ? "–" : `${row.ratio.toFixed(2)}×`,
      percent(row.spread.ours) + (row.spread.peer === null ? "" : ` / ${percent(row.spread.peer)}`),
    ]),
  ];
  const leftAligned = [0, 3];
  return alignColumns(cells, (column) => !leftAligned.includes(column)).join("\n");
}
