import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isCode, linesOf, type Notebook, type Output } from "./notebook-file.ts";

/** Where cells find who runs them: notebooks/display.ts knows it, too. */
const RUNNER = Symbol.for("speech-emotion.notebook");

/** A notebook with the outputs of its cells, as far as they came, and the first error. */
export interface NotebookRun {
  readonly notebook: Notebook;
  readonly failure?: { readonly cell: string; readonly error: unknown };
}

/**
 * The code cells as one TypeScript module, top to bottom: one scope, `await` and `import` anywhere, as in a kernel that
 * was started anew. Before each cell stands a call that tells which one begins.
 */
export function moduleOf({ cells }: Notebook): string {
  const runner = `(globalThis as unknown as Record<symbol, { enter(cell: number): void }>)[Symbol.for("${RUNNER.description}")]!`;
  const code = cells.flatMap((cell, i) =>
    isCode(cell) ? [`// cell ${cell.id}\n${runner}.enter(${i});\n${cell.source.join("")}\n`] : [],
  );
  return `${code.join("\n")}export {};\n`;
}

/**
 * Runs all code cells, with the notebook's folder as the working directory, and keeps what they print and display.
 *
 * @param file of the notebook; its cells import from there
 * @param echo gets what the cells print, while they run
 */
export async function runNotebook(
  file: string,
  notebook: Notebook,
  echo: (text: string) => void,
): Promise<NotebookRun> {
  const folder = path.dirname(path.resolve(file));
  const module = path.join(folder, `.run-${process.pid}.mts`);
  const outputs = new Map<number, Output[]>();
  let current = 0;
  Object.assign(globalThis, {
    [RUNNER]: {
      enter(cell: number) {
        current = cell;
        outputs.set(cell, []);
        echo(`-- ${notebook.cells[cell]!.id}\n`);
      },
      display(data: Readonly<Record<string, string>>) {
        const lines = Object.entries(data).map(([type, text]) => [type, linesOf(text)] as const);
        outputs.get(current)!.push({ output_type: "display_data", data: Object.fromEntries(lines), metadata: {} });
      },
    },
  });
  const written = capture((name, text) => {
    echo(text);
    const own = outputs.get(current);
    const last = own?.at(-1);
    if (last?.output_type !== "stream" || last.name !== name) {
      own?.push({ output_type: "stream", name, text: linesOf(text) });
      return;
    }
    own![own!.length - 1] = { ...last, text: linesOf(last.text.join("") + text) };
  });
  const folderBefore = process.cwd();
  let failure: NotebookRun["failure"];
  try {
    writeFileSync(module, moduleOf(notebook));
    process.chdir(folder);
    await import(pathToFileURL(module).href);
  } catch (error) {
    failure = { cell: notebook.cells[current]!.id, error };
  } finally {
    written.restore();
    process.chdir(folderBefore);
    rmSync(module, { force: true });
  }
  let count = 0;
  const cells = notebook.cells.map((cell, i) =>
    isCode(cell) ? { ...cell, execution_count: outputs.has(i) ? ++count : null, outputs: outputs.get(i) ?? [] } : cell,
  );
  return { notebook: { ...notebook, cells }, ...(failure && { failure }) };
}

/** Takes what this process prints from now on, until `restore`. */
function capture(use: (name: "stdout" | "stderr", text: string) => void): { restore(): void } {
  const streams = ["stdout", "stderr"] as const;
  const before = streams.map((name) => process[name].write);
  const decoder = new TextDecoder();
  for (const name of streams) {
    process[name].write = (chunk: string | Uint8Array): boolean => {
      use(name, typeof chunk === "string" ? chunk : decoder.decode(chunk));
      return true;
    };
  }
  return {
    restore: () => {
      for (const [i, name] of streams.entries()) process[name].write = before[i]!;
    },
  };
}
