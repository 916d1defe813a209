import type { Failure } from "./job.ts";

/** How a batch stands. */
export interface BatchAccount {
  /** Recordings that were given, each once. */
  total: number;
  /** Results that were there before. */
  before: number;
  /** Results that came now. */
  done: number;
  /** How many failures were there before and were not tried again. */
  failedBefore: number;
  /** Failures that came now, by code. */
  readonly failures: Map<Failure["code"], number>;
  /** The first of them, to be shown. */
  readonly shown: Failure[];
  /** Whether the signal ended it. */
  interrupted: boolean;
}

/** Failures that are shown in full; all are in the file. */
const SHOWN = 20;

/** The account of a batch that has not begun. */
export function newAccount(): BatchAccount {
  return { total: 0, before: 0, done: 0, failedBefore: 0, failures: new Map(), shown: [], interrupted: false };
}

/** Counts a failure. */
export function countFailure({ failures, shown }: BatchAccount, failure: Failure): void {
  failures.set(failure.code, (failures.get(failure.code) ?? 0) + 1);
  if (shown.length < SHOWN) shown.push(failure);
}

/** How many recordings failed, now and before. */
export function failedIn({ failures, failedBefore }: BatchAccount): number {
  return [...failures.values()].reduce((sum, n) => sum + n, failedBefore);
}

/** The account for people: what was done, then the failures with their codes. */
export function renderAccount(account: BatchAccount, out: string, failuresFile: string): string {
  const { total, before, done, failedBefore, failures, shown } = account;
  const count = (n: number): string => n.toLocaleString("en");
  const failed = failedIn(account);
  const lines = [
    `${count(total)} recordings: ${count(done)} done now, ${count(before)} before, ${count(failed)} failed; results in ${out}`,
  ];
  for (const { code, message } of shown) lines.push(`  ${code}: ${message}`);
  const more = failed - failedBefore - shown.length;
  if (more > 0) lines.push(`  … and ${count(more)} more`);
  const codes = [...failures].toSorted((a, b) => b[1] - a[1]).map(([code, n]) => `${code} ${count(n)}`);
  if (failedBefore > 0) codes.push(`${count(failedBefore)} before (--retry-failures does them again)`);
  if (failed > 0) lines.push(`failures: ${codes.join(", ")}; all in ${failuresFile}`);
  return `${lines.join("\n")}\n`;
}
