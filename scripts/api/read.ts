import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast";
import { API, type Project, type Symbol as ApiSymbol } from "typescript/unstable/sync";
import { compareText } from "../../src/grouping.ts";
import { declarationOf, type Declaration } from "./declaration.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A door of the package: one entry of package.json's `exports`, with everything that it opens. */
export interface Door {
  /** As programs import it: `speech-emotion/features`. */
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  /** What the door's file says of itself. */
  readonly text: string;
  readonly names: readonly PublicName[];
}

/** A name that a door opens. */
export interface PublicName extends Declaration {
  /** The door where it is described in full; others point there. */
  readonly home: string;
}

interface Exports {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
}

/** The entries of package.json's `exports` that are modules, and the sources behind them. */
function doorFiles(): { name: string; file: string }[] {
  const { name, exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Exports;
  return Object.entries(exports).flatMap(([door, target]) =>
    typeof target === "string"
      ? []
      : [
          {
            name: path.posix.join(name, door),
            file: target.default.replace(/^\.\/dist\//u, "src/").replace(/\.js$/u, ".ts"),
          },
        ],
  );
}

/** Every public name of the package, read by the compiler from the sources. */
export function readDoors(): Door[] {
  const api = new API({ cwd: root });
  try {
    const config = path.join(root, "tsconfig.build.json");
    const snapshot = api.updateSnapshot({ openProjects: [config] });
    const project = snapshot.getProject(config);
    if (!project) throw new Error(`${config}: the compiler does not open it`);
    return withHomes(
      doorFiles().map(({ name, file }) => {
        const source = sourceOf(project, file);
        const symbol = project.checker.getSymbolAtLocation(source);
        if (!symbol) throw new Error(`${file}: is no module`);
        const names = project.checker.getExportsOfModule(symbol).map((each) => publicName(project, each));
        const text = /^\/\*\*(?<text>[^]*?)\*\//u.exec(source.text)?.groups?.["text"] ?? "";
        return { name, file, text: clean(text), names: names.toSorted((a, b) => compareText(a.name, b.name)) };
      }),
    );
  } finally {
    api.close();
  }
}

const clean = (comment: string): string => comment.replaceAll(/\s*\n\s*\* ?/gu, " ").trim();

function sourceOf(project: Project, file: string): SourceFile {
  const source = project.program.getSourceFile(path.join(root, file));
  if (!source) throw new Error(`${file}: is not in the project`);
  return source;
}

type OpenDoor = Omit<Door, "names"> & { readonly names: readonly Declaration[] };

/** Each name is at home at the door of the folder that it is declared in, where that opens it; else at the first that does. */
function withHomes(doors: readonly OpenDoor[]): Door[] {
  const homeOf = (declared: Declaration): string => {
    const open = doors.filter(({ names }) =>
      names.some((each) => each.name === declared.name && each.file === declared.file),
    );
    const own = open.find(
      ({ file }) => file !== "src/index.ts" && declared.file.startsWith(file.replace("index.ts", "")),
    );
    return (own ?? open[0]!).name;
  };
  return doors.map((door) => ({ ...door, names: door.names.map((each) => ({ ...each, home: homeOf(each) })) }));
}

function publicName(project: Project, exported: ApiSymbol): Declaration {
  const { checker } = project;
  const first = exported.declarations[0]?.resolve();
  const aliased = first && isAlias(first) ? checker.getAliasedSymbol(exported) : exported;
  const node = aliased.declarations[0]?.resolve();
  if (!node) throw new Error(`${exported.name}: has no declaration`);
  const declared = declarationOf(exported.name, node, root);
  if (node.kind !== SyntaxKind.SourceFile) return declared;
  // `export * as numbers from "./numbers.ts"`: its members are that file's names.
  const members = checker.getExportsOfModule(aliased).map((each) => publicName(project, each));
  return { ...declared, members: members.toSorted((a, b) => compareText(a.name, b.name)) };
}

const isAlias = ({ kind }: Node): boolean =>
  kind === SyntaxKind.ExportSpecifier || kind === SyntaxKind.NamespaceExport || kind === SyntaxKind.ImportSpecifier;
