import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLIP = path.join(ROOT, "examples/clips/espeak-even-middle.wav");

/** Runs a program whose home and temporary folder are new; the files it leaves there. */
function filesLeftBy(args: readonly string[]): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), "ser-telemetry-"));
  const { ORT_DISABLE_TELEMETRY: _, ...env } = process.env;
  try {
    const { status, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, HOME: folder, TMPDIR: folder, XDG_CACHE_HOME: folder },
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return readdirSync(folder).filter((name) => !/^(tsx-|node-compile-cache)/.test(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// Telemetry of ONNX Runtime 1.30 left .ses, mat-debug-….log and .cache/Microsoft/…/onnxruntime.db behind: the model's metadata, to be sent.
test("a program that recognises leaves no record of ONNX Runtime's behind, from the package or by ser", () => {
  const use = `import { loadRecognizer } from "./dist/index.js"; const r = await loadRecognizer(); await r.recognize({ samples: new Float32Array(16000), sampleRate: 16000 }); await r.release();`;
  expect(filesLeftBy(["--input-type=module", "-e", use])).toEqual([]);
  expect(filesLeftBy([path.join(ROOT, "bin/ser.js"), "predict", CLIP])).toEqual([]);
});
