import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "vite";

/**
 * Writes `sw.js`: the service worker, with the list of all files of the page and a version that changes whenever one of
 * them does.
 *
 * @param source path of the worker's code, which reads `VERSION` and `FILES`
 */
export function offline(source: string): Plugin {
  let folder = "";
  return {
    name: "offline",
    apply: "build",
    configResolved: (config) => {
      folder = path.resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== "sw.js")
        .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
        .toSorted();
      const digest = createHash("sha256");
      for (const file of files) digest.update(file).update(readFileSync(path.join(folder, file)));
      const code = readFileSync(source, "utf8");
      digest.update(code);
      const facts = `const VERSION = "${digest.digest("hex").slice(0, 12)}";\nconst FILES = ${JSON.stringify(files)};\n`;
      writeFileSync(path.join(folder, "sw.js"), facts + code);
    },
  };
}
