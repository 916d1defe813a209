import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A source file and what it imports, without the compiler: the style of this repository lets a pattern read it. */
export interface SourceFile {
  /** Relative to the folder that was read, `/` between folders. */
  readonly name: string;
  /** Its first folder, or "" for a file that lies in none. */
  readonly folder: string;
  /** Without comments. */
  readonly code: string;
  readonly lines: number;
  /** As written after `from` or in `import(…)`. */
  readonly imports: readonly string[];
}

/** The TypeScript files of a folder and all within, in the order of their names. */
export function readSources(root: string, extensions: readonly string[] = [".ts"]): SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter(
      (name) =>
        extensions.some((extension) => name.endsWith(extension)) && !/(?:^|\/)(?:node_modules|dist)\//u.test(name),
    )
    .toSorted()
    .map((name) => {
      const text = readFileSync(path.join(root, name), "utf8");
      const code = text.replaceAll(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$/gm, "");
      const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);
      return {
        name,
        folder: name.includes("/") ? name.split("/")[0]! : "",
        code,
        lines: lineCount(text),
        imports,
      };
    });
}

const lineCount = (text: string): number => text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

/** The file that `target` means in `file`, relative to the folder that was read; undefined for packages. */
export function resolved(file: SourceFile, target: string): string | undefined {
  return target.startsWith(".") ? path.posix.join(path.posix.dirname(file.name), target) : undefined;
}

/** The first circle of imports that is found, as the files on it, the first of them again at the end; null without any. */
export function findCycle(files: readonly SourceFile[]): string[] | null {
  const next = new Map(
    files.map((file) => [file.name, file.imports.flatMap((target) => resolved(file, target) ?? [])] as const),
  );
  const done = new Set<string>();
  const visit = (name: string, way: readonly string[]): string[] | null => {
    const at = way.indexOf(name);
    if (at >= 0) return [...way.slice(at), name];
    if (done.has(name)) return null;
    for (const each of next.get(name) ?? []) {
      const cycle = visit(each, [...way, name]);
      if (cycle) return cycle;
    }
    done.add(name);
    return null;
  };
  for (const { name } of files) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return null;
}
