import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** A block of a document that somebody may copy and run. */
export interface Block {
  /** Relative to the repository. */
  readonly document: string;
  /** Of its first line, from 1. */
  readonly line: number;
  readonly language: "sh" | "ts";
  readonly code: string;
  /** What the document says that it prints: the block marked `output` right behind it; null without one. */
  readonly output: string | null;
}

interface Fence {
  readonly info: readonly string[];
  readonly line: number;
  readonly code: string;
  /** Nothing but empty lines between the fence before and this one. */
  readonly adjoins: boolean;
}

const LANGUAGES: Readonly<Record<string, "sh" | "ts">> = {
  sh: "sh",
  bash: "sh",
  shell: "sh",
  ts: "ts",
  typescript: "ts",
};

/** All fenced blocks of a text, also indented ones in lists. */
function fences(text: string): Fence[] {
  const found: Fence[] = [];
  const lines = text.split("\n");
  let open: { indent: string; mark: string; info: string[]; line: number } | null = null;
  let code: string[] = [];
  let adjoins = false;
  for (const [i, line] of lines.entries()) {
    if (open) {
      if (line.trim() === open.mark) {
        found.push({ info: open.info, line: open.line, code: `${code.join("\n")}\n`, adjoins });
        open = null;
        adjoins = true;
      } else code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
      continue;
    }
    const match = /^(?<indent>\s*)(?<mark>`{3,}|~{3,})(?<info>.*)$/u.exec(line);
    if (match) {
      const { indent = "", mark = "", info = "" } = match.groups!;
      open = { indent, mark, info: info.trim().split(/\s+/u), line: i + 2 };
      code = [];
    } else if (line.trim() !== "") adjoins = false;
  }
  return found;
}

/** The blocks of a document that are run: shell and TypeScript, but for the signatures that the compiler read (docs/api). */
export function blocksOf(document: string, text: string = readFileSync(path.join(root, document), "utf8")): Block[] {
  const all = fences(text);
  return all.flatMap(({ info, line, code }, i) => {
    const language = LANGUAGES[info[0] ?? ""];
    if (language === undefined || info.includes("signature")) return [];
    const next = all[i + 1];
    const output = next?.adjoins === true && next.info.includes("output") ? next.code : null;
    return [{ document, line, language, code, output }];
  });
}

/** Blocks that look like something to run and are marked as plain text, or not at all: each must be listed by a test. */
export function unmarked(document: string, text: string = readFileSync(path.join(root, document), "utf8")): string[] {
  return fences(text)
    .filter(({ info }) => LANGUAGES[info[0] ?? ""] === undefined && !info.includes("output"))
    .filter(({ code }) => /^\s*(?:\$ )?(?:npx|npm|ser|curl|pip|node|docker|kubectl) /mu.test(code))
    .map(({ line }) => `${document}:${line}`);
}

/** Every document with blocks, relative to the repository. */
export function documents(): string[] {
  const within = (folder: string): string[] =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => path.posix.join(folder, name.split(path.sep).join("/")));
  const top = readdirSync(root).filter((name) => name.endsWith(".md"));
  return [...top, ...within("docs"), ...within("models"), ...within("examples")].toSorted();
}
