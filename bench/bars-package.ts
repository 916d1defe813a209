import { execFileSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { faultsOf, installedApp, pack, type Packed, runNode } from "../test/package/app.ts";
import { plainPage, viteApp } from "../test/package/pages.ts";
import { type Bar, scratch } from "./bar.ts";

let packed: Packed | undefined;
const thePack = (): Packed => (packed ??= pack(scratch));

let app: string | undefined;
/** An empty folder into which npm has installed the tarball from the registry, and nothing else. */
const theApp = (): string => (app ??= installedApp(path.join(scratch, "installed"), thePack()));

let browserApp: string | undefined;
/** The same with the optional peer that a browser's application installs. */
const theBrowserApp = (): string =>
  (browserApp ??= installedApp(path.join(scratch, "browser"), thePack(), ["onnxruntime-web"]));

/** What all under a folder takes on the disk, in MiB, as `du -sm` counts it. */
function mebibytesUnder(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => lstatSync(path.join(folder, name)))
    .reduce((sum, { blocks }) => sum + (blocks * 512) / 2 ** 20, 0);
}

/** Node of another version, from npm's `node-*` packages: the program, without the script that would choose one. */
function nodeOf(version: number): string {
  const folder = path.join(scratch, `node-${version}`);
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  mkdirSync(folder);
  execFileSync(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, `node-${platform}@${version}`],
    {
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  return path.join(folder, `node_modules/node-${platform}/bin/node`);
}

const worksIn = (version: number): Bar => ({
  name: `issue 12: from an empty folder, npm i <tarball>; examples, import, require and ser in Node ${version}`,
  goal: "all work",
  run() {
    const node = Number(process.versions.node.split(".")[0]) === version ? process.execPath : nodeOf(version);
    const { stdout } = runNode(theApp(), ["--version"], node);
    const faults = faultsOf(theApp(), node);
    const measured = faults.length === 0 ? `all work in ${stdout.trim()}` : faults.join("; ");
    return Promise.resolve({ measured, met: faults.length === 0 && stdout.startsWith(`v${version}.`) });
  },
});

const inChromium = (what: string, open: (folder: string) => Promise<{ readonly emotion: string | null }>): Bar => ({
  name: `issue 12: ${what} uses the browser door in Chromium`,
  goal: "the answer of Node",
  async run() {
    const folder = theBrowserApp();
    const { emotion } = await open(folder);
    const [expected] = runNode(folder, ["use.mjs"]).stdout.split(" ");
    return { measured: `${emotion}, Node ${expected}`, met: emotion === expected };
  },
});

/** Issue 12: the package. */
export const PACKAGE_BARS: readonly Bar[] = [
  {
    name: "issue 12: the tarball with models and page",
    goal: "at most 16 MB",
    run() {
      const { size, files } = thePack();
      return Promise.resolve({ measured: `${(size / 1e6).toFixed(1)} MB, ${files.length} files`, met: size <= 16e6 });
    },
  },
  {
    name: "issue 12: everything that npm i installs",
    goal: "at most 350 MB",
    run() {
      const all = mebibytesUnder(path.join(theApp(), "node_modules"));
      const runtime = mebibytesUnder(path.join(theApp(), "node_modules/onnxruntime-node"));
      const measured = `${all.toFixed(1)} MB on the disk (du -sm), of which onnxruntime-node ${runtime.toFixed(0)}`;
      return Promise.resolve({ measured, met: all <= 350 });
    },
  },
  ...[20, 22, 24].map(worksIn),
  inChromium("a Vite app", viteApp),
  inChromium("a page with an import map", plainPage),
];
