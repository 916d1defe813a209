import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findCycle, readSources, resolved } from "../scripts/imports.ts";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** What each folder of src may import besides itself and the files in src: the table of the architecture, with what it implies. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  audio: [],
  features: ["audio"],
  gate: ["audio", "features", "runtime"],
  augment: ["audio", "features"],
  corpora: ["audio", "features", "gate", "augment"],
  onnx: [],
  graph: ["onnx"],
  runtime: [],
  model: ["features", "graph", "runtime"],
  exchange: ["features", "gate", "graph", "model"],
  metrics: [],
  fit: ["augment", "graph", "runtime", "model", "metrics"],
  recipe: ["augment", "model", "runtime"],
  dataset: ["audio", "features", "gate", "corpora", "augment", "model", "fit", "recipe"],
  train: [
    "audio",
    "features",
    "gate",
    "corpora",
    "augment",
    "graph",
    "runtime",
    "model",
    "metrics",
    "fit",
    "recipe",
    "dataset",
  ],
  recognize: ["audio", "features", "gate", "augment", "graph", "runtime", "model", "fit"],
  evaluate: ["audio", "features", "gate", "corpora", "augment", "model", "metrics", "fit", "train", "recognize"],
  batch: ["audio", "model", "recognize"],
  fleet: ["gate", "corpora", "model", "train", "evaluate", "batch"],
  // Its threads take the front end and leave the network to the main thread.
  server: ["audio", "gate", "recognize"],
  // Types only: what crosses the wire.
  client: ["server"],
  cli: ["*"],
};

/** Folders that only ever run in Node; elsewhere `node:` belongs in files named `*.node.ts`. */
const NODE_FOLDERS = ["corpora", "dataset", "train", "evaluate", "batch", "fleet", "cli"];

/** The files of src that the package opens to the outside, and what both doors share. */
const DOORS = ["index.ts", "browser.ts", "common.ts"];
/** Files of other folders that only run in Node: the one that opens a port. */
const NODE_FILES = ["server/listen.ts"];

/** Files that are entered besides `index.ts` and `*.node.ts`, and why. */
const SIDE_DOORS: readonly string[] = [
  // Training in a browser wants mixup and SpecAugment, not the decoders that waveforms come from.
  "augment/feature-level.ts",
];

const files = readSources(SRC);

/** Each import across folders: importing file, folder and file imported. */
const crossings = files.flatMap((file) =>
  file.imports.flatMap((target) => {
    const to = resolved(file, target);
    // The package's own package.json, models and the like lie outside.
    if (to === undefined || to.startsWith("..") || !to.includes("/")) return [];
    const folder = to.split("/")[0]!;
    return folder === file.folder ? [] : [{ from: file, folder, to }];
  }),
);

test("there are sources, and every folder of src has its row in the table", () => {
  expect(files.length).toBeGreaterThan(10);
  const unknown = [...new Set(files.map(({ folder }) => folder))].filter(
    (folder) => !["", ...Object.keys(MAY_IMPORT)].includes(folder),
  );
  expect(unknown).toEqual([]);
});

test("imports go one way", () => {
  const wrong = crossings
    .filter(({ from, folder }) => {
      const allowed = MAY_IMPORT[from.folder] ?? [];
      // The files of src itself know no folder, but for the package's doors.
      if (from.folder === "") return !DOORS.includes(from.name);
      return !allowed.includes("*") && !allowed.includes(folder);
    })
    .map(({ from, to }) => `${from.name} imports ${to}`);
  expect(wrong).toEqual([]);
});

test("the table itself has no cycle", () => {
  const reaches = (from: string, seen: readonly string[]): boolean =>
    seen.includes(from) || (MAY_IMPORT[from] ?? []).some((next) => next !== "*" && reaches(next, [...seen, from]));
  expect(Object.keys(MAY_IMPORT).filter((folder) => reaches(folder, []))).toEqual([]);
});

test("folders are entered through index.ts or a *.node.ts", () => {
  const wrong = crossings
    .filter(({ to }) => !to.endsWith("/index.ts") && !to.endsWith(".node.ts") && !SIDE_DOORS.includes(to))
    .map(({ from, to }) => `${from.name} imports ${to}`);
  expect(wrong).toEqual([]);
});

test("node: modules only where Node is", () => {
  const wrong = files
    .filter(
      ({ folder, name }) => !NODE_FOLDERS.includes(folder) && !name.endsWith(".node.ts") && !NODE_FILES.includes(name),
    )
    .flatMap(({ name, imports }) =>
      imports.filter((target) => target.startsWith("node:")).map((target) => `${name} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test("what runs in browsers pulls in no *.node.ts (index.ts is the door of Node)", () => {
  const wrong = files
    .filter(
      ({ folder, name }) =>
        !NODE_FOLDERS.includes(folder) &&
        !name.endsWith(".node.ts") &&
        !NODE_FILES.includes(name) &&
        name !== "index.ts",
    )
    .flatMap(({ name, imports }) =>
      imports.filter((target) => target.endsWith(".node.ts")).map((target) => `${name} imports ${target}`),
    );
  expect(wrong).toEqual([]);
});

test("only runtime/ imports ONNX Runtime", () => {
  const wrong = files
    .filter(({ folder, imports }) => folder !== "runtime" && imports.some((target) => target.includes("onnxruntime")))
    .map(({ name }) => name);
  expect(wrong).toEqual([]);
});

test("no Math.random, no default exports", () => {
  expect(files.filter(({ code }) => /\bMath\s*\.\s*random\b/.test(code)).map(({ name }) => name)).toEqual([]);
  expect(
    files.filter(({ code }) => /\bexport\s+default\b|\bas\s+default\b/.test(code)).map(({ name }) => name),
  ).toEqual([]);
});

test("no import goes in a circle, types included", () => {
  expect(findCycle(files)).toBeNull();
});

test("a circle would be found", () => {
  const file = (name: string, ...imports: string[]) => ({
    name,
    folder: "",
    code: "",
    lines: 1,
    imports,
  });
  expect(findCycle([file("a.ts", "./b.ts"), file("b.ts", "./c.ts"), file("c.ts", "./b.ts")])).toEqual([
    "b.ts",
    "c.ts",
    "b.ts",
  ]);
  expect(findCycle([file("a.ts", "./b.ts", "./c.ts"), file("b.ts", "./c.ts"), file("c.ts", "node:fs")])).toBeNull();
});

test("half of the source files have at most 120 lines, none more than 400", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const sources = ["src", "web", "bench", "scripts", "wasm", "examples"]
    .flatMap((folder) => readSources(`${root}${folder}`, [".ts", ".tsx", ".js"]))
    .map(({ lines }) => lines)
    .toSorted((a, b) => a - b);
  expect(sources.length).toBeGreaterThan(files.length);
  expect(sources[Math.ceil(sources.length / 2) - 1]).toBeLessThanOrEqual(120);
  expect(sources.at(-1)).toBeLessThanOrEqual(400);
});
