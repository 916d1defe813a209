import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** What npm says of a tarball that it made. */
export interface Packed {
  readonly tarball: string;
  /** Of the tarball, in bytes. */
  readonly size: number;
  /** Paths in it. */
  readonly files: readonly string[];
}

/** `npm` of the path, whatever the platform calls it. */
const NPM = process.platform === "win32" ? "npm.cmd" : "npm";

/** `npm pack` of what is built; `npm test` builds it before. */
export function pack(folder: string): Packed {
  for (const built of ["dist/index.js", "dist/web/index.html"]) {
    if (!existsSync(path.join(root, built))) throw new Error(`there is no ${built}: run npm run prepare first`);
  }
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const told = JSON.parse(
    execFileSync(NPM, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  ) as readonly Listing[] | Readonly<Record<string, Listing>>;
  // npm 10 writes a list, npm 11 an object by package.
  const { filename, size, files } = Object.values(told)[0]!;
  return { tarball: path.join(folder, path.basename(filename)), size, files: files.map((each) => each.path) };
}

interface Listing {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

interface LockEntry {
  readonly dev?: true;
  readonly devOptional?: true;
  readonly optional?: true;
  readonly peer?: true;
  readonly license?: string;
}

/** What npm installs beside the package, by its folder in node_modules: its entry in the lock file. */
export function dependencies(): Map<string, LockEntry> {
  const lock = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, LockEntry>>;
  };
  return new Map(
    Object.entries(lock.packages).flatMap(([folder, entry]) => {
      const own = folder !== "" && !entry.dev && !entry.devOptional && !entry.peer;
      return own ? [[folder.replace(/^node_modules\//, ""), entry]] : [];
    }),
  );
}

/**
 * An application's folder with the package as the tarball has it, and its dependencies – those alone – linked from the
 * repository's own node_modules: what `npm install` would give, in no time and without a registry.
 *
 * @param beside more packages that this application has
 */
export function linkedApp(folder: string, { tarball }: Packed, beside: readonly string[] = []): string {
  const modules = path.join(folder, "node_modules");
  mkdirSync(modules, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  renameSync(path.join(modules, "package"), path.join(modules, "speech-emotion"));
  for (const name of [...dependencies().keys(), ...beside]) {
    if (name.includes("/node_modules/")) continue;
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(path.join(root, "node_modules", name), path.join(modules, name), "junction");
  }
  return prepared(folder);
}

/** An application's folder into which npm has installed the tarball, without any install script. */
export function installedApp(folder: string, { tarball }: Packed, more: readonly string[] = []): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), "{}");
  const args = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", tarball, ...more];
  execFileSync(NPM, args, { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  return prepared(folder);
}

/** The examples, a clip, and programs of our own that use the package in every way. */
function prepared(folder: string): string {
  cpSync(path.join(root, "examples"), path.join(folder, "examples"), { recursive: true });
  for (const name of ["use.cjs", "use.mjs"]) cpSync(path.join(root, "test/package", name), path.join(folder, name));
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  return folder;
}

/** What a program left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of Node in an application's folder. @param node default: the Node that runs this */
export function runNode(app: string, args: readonly string[], node: string = process.execPath): Outcome {
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: app, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** The doors of the package, as `import` names them; the browser's has no use in Node. */
export function doors(): string[] {
  const { exports } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { exports: object };
  return Object.keys(exports)
    .filter((door) => door !== "./package.json" && door !== "./browser")
    .map((door) => door.replace(/^\./, "speech-emotion"));
}

const CLIP = "examples/clips/espeak-even-middle.wav";

/** Everything that an application does with the package in Node; what did not work, in words. */
export function faultsOf(app: string, node?: string): string[] {
  const calls: [args: string[], expected: RegExp][] = [
    [["examples/recognize.js", CLIP], /espeak-even-middle\.wav \w+ \d+ %/],
    [["examples/pipeline.js", CLIP], /label: '\w+', score: 0\.\d+/],
    [["examples/timeline.js", CLIP], /^WEBVTT\n\n.*-->/],
    [["use.mjs", ...doors()], /^\w+ 0\.\d+ \d+ doors\n$/],
    [["use.cjs", ...doors()], /^\w+ 0\.\d+ \d+ doors\n$/],
    [["node_modules/speech-emotion/bin/ser.js", "predict", CLIP, "--json"], /"emotion":"\w+"/],
    [["node_modules/speech-emotion/bin/ser.js", "--version"], /^\d+\.\d+\.\d+\n$/],
  ];
  return calls.flatMap(([args, expected]) => {
    const { status, stdout, stderr } = runNode(app, args, node);
    return status === 0 && expected.test(stdout) ? [] : [`${args[0]}: ${status}, ${stdout}${stderr}`];
  });
}
