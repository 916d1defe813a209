import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Browser, Download, Page } from "playwright-core";

/** How long something may take in a page on a busy machine, and a test altogether. */
export const WAIT = { timeout: 180_000 } as const;
export const MINUTES = 600_000;

/** axe-core's script, which the page's own policy would not let it load. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Fault {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** What axe-core finds serious or critical. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: readonly Fault[] }>("axe.run(document)");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

/** Waits until an expression is true in the page; Playwright's own way breaks the page's policy. */
export async function until(page: Page, expression: string): Promise<void> {
  const deadline = Date.now() + WAIT.timeout;
  while (!(await page.evaluate<boolean>(expression))) {
    if (Date.now() > deadline) throw new Error(`never true in the page: ${expression}`);
    await page.waitForTimeout(100);
  }
}

/** Opens a recording and waits for its timeline. */
export async function openFile(page: Page, file: string): Promise<void> {
  await page.click("nav >> text=File");
  await page.setInputFiles("input[type=file]", file);
  await page.waitForSelector(`section[aria-label="${path.basename(file)}"][aria-busy="false"]`, WAIT);
}

/** Drops a file on an element. */
export async function drop(page: Page, selector: string, file: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    `(() => { const transfer = new DataTransfer();
      const bytes = Uint8Array.from(atob("${readFileSync(file).toString("base64")}"), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], "dropped${path.extname(file)}"));
      return transfer; })()`,
  );
  await page.dispatchEvent(selector, "drop", { dataTransfer });
}

/** The text of what a click saves. */
export async function saved(page: Page, click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent("download", WAIT) as Promise<Download>, click()]);
  return readFileSync(await download.path(), "utf8");
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of processor time, in microseconds. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/**
 * The longest task of the page's main thread during some work, in milliseconds of processor time: on a busy machine, tasks
 * last longer than they work.
 */
export async function longestTask(browser: Browser, page: Page, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  await work();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
    traceEvents: readonly TraceEvent[];
  };
  const threads = new Set(
    traceEvents
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === "RunTask" && threads.has(`${pid}/${tid}`));
  if (tasks.length === 0) throw new Error("the trace has no tasks of the main thread");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur / 1000));
}
