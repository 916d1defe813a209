/**
 * `npm run notebook`: runs the notebook's cells top to bottom in this Node and writes their outputs into it, where all of
 * them ran; `npm run notebook -- <file.ipynb> --out <other.ipynb>` runs another, or leaves it as it is. No Python, no Jupyter.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readNotebook, writeNotebook } from "./notebook-file.ts";
import { runNotebook } from "./notebook-run.ts";

const { values, positionals } = parseArgs({ options: { out: { type: "string" } }, allowPositionals: true });
const [file = fileURLToPath(new URL("../notebooks/speech_emotion_recognition.ipynb", import.meta.url))] = positionals;
// Kept before the cells' output is taken away.
const tell = process.stderr.write.bind(process.stderr);
const started = performance.now();
const { notebook, failure } = await runNotebook(file, readNotebook(file), (text) => void tell(text));
if (failure) {
  const { cell, error } = failure;
  console.error(`cell "${cell}" failed; ${file} stays as it was:`, error);
  process.exitCode = 1;
} else {
  await writeNotebook(values.out ?? file, notebook);
  console.error(`wrote ${values.out ?? file} (${Math.round((performance.now() - started) / 1000)} s)`);
}
