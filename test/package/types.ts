import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { doors, type Outcome, root, runNode } from "./app.ts";

/** How TypeScript applications may be set up. */
export const SETUPS: Readonly<Record<string, { readonly files: readonly string[]; readonly options: object }>> = {
  "ESM and CommonJS in Node": { files: ["app.mts", "app.cts"], options: { module: "nodenext" } },
  "a bundler": { files: ["app.mts"], options: { module: "esnext", moduleResolution: "bundler" } },
};

/** Compiles an application that uses the package's types, all declarations checked; the compiler is the repository's. */
export function compile(app: string, setup: string): Outcome {
  const { files, options } = SETUPS[setup]!;
  // The declarations of batch name those of bullmq and ioredis, optional peers, which this application has not.
  const checked = [...doors(), "speech-emotion/browser"].filter((door) => door !== "speech-emotion/batch");
  const lines = checked.map((door, i) => `export * as door${i} from "${door}";`);
  const used = readFileSync(path.join(root, "test/package/typed-app.txt"), "utf8");
  for (const file of files) writeFileSync(path.join(app, file), `${used}\n${lines.join("\n")}\n`);
  const config = {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "dom", "dom.asynciterable"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      ...options,
    },
    files,
  };
  writeFileSync(path.join(app, "tsconfig.json"), JSON.stringify(config));
  return runNode(app, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"]);
}
