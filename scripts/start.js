// `npm start`: the shipped model on the clips that ship, then how to go on.
import { readdirSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import path from "node:path";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = path.join("examples", "clips");
const clips = readdirSync(path.join(root, folder))
  .filter((name) => name.endsWith(".wav"))
  .map((name) => path.join(folder, name));

console.log(`$ npx ser predict ${path.join(folder, "*.wav")}\n`);
const { status } = spawnSync(process.execPath, [path.join(root, "bin", "ser.js"), "predict", ...clips], {
  cwd: root,
  stdio: "inherit",
});
console.log(`
These clips are synthetic voices, made by ${path.join(folder, "make.sh")}: listen, then judge.
Your own recording (wav, aiff, mp3, flac, ogg, opus, webm):

  npx ser predict my-recording.wav
  npx ser predict my-recording.wav --json
  npx ser info              what the shipped model was trained on, and how well it does
  npx ser help              everything else
`);
process.exitCode = status ?? 1;
