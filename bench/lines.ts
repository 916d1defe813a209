/** How long the training engine is: `npx tsx bench/lines.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** Lengths of some folders of src. */
export interface Lines {
  /** Lines with code on them: neither blank nor comment alone. */
  readonly code: number;
  /** All lines, as `wc -l` counts them. */
  readonly all: number;
  /** The longest file with all its lines. */
  readonly longest: { readonly file: string; readonly all: number };
}

/** Counts the TypeScript of some folders of src. */
export function linesOf(folders: readonly string[]): Lines {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(SRC, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => path.join(folder, name)),
  );
  const counted = files.map((file) => {
    const text = readFileSync(path.join(SRC, file), "utf8");
    return { file, all: text.split("\n").length - 1, code: codeLines(text) };
  });
  const sum = (of: (each: (typeof counted)[number]) => number): number =>
    counted.reduce((total, each) => total + of(each), 0);
  return {
    code: sum(({ code }) => code),
    all: sum(({ all }) => all),
    longest: counted.reduce((a, b) => (b.all > a.all ? b : a)),
  };
}

/** Lines that hold more than a comment. Block comments begin a line in this project, so their marks are looked for there. */
function codeLines(text: string): number {
  const bare = text.replaceAll(/^[ \t]*\/\*[^]*?\*\/[ \t]*$/gm, "");
  return bare.split("\n").filter((line) => line.trim() !== "" && !line.trim().startsWith("//")).length;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folders of [["graph"], ["fit"], ["train"], ["graph", "fit", "train"]]) {
    const { code, all, longest } = linesOf(folders);
    console.log(
      `${folders.join(" + ").padEnd(20)} ${code} lines of code, ${all} in all; longest ${longest.file} ${longest.all}`,
    );
  }
}
