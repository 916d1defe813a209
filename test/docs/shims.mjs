/**
 * Programs of the documents as the test has them, each called by its own name in front of PATH. All others are the real ones.
 *
 * - `ser`, `npx ser`: the real one, with trainings cut to one epoch and one seed (DOCS_EPOCHS). `serve`, `web` and `worker`, which a
 *   person leaves running in another terminal, go on in the background; one of a kind at a time, all ended with the document.
 * - `npm`: nothing is installed, published or measured. `npm run x` and `npm x` must be scripts of package.json; those in
 *   DOCS_SCRIPTS are run. `npx` of a tool of the repository runs it there.
 * - `arecord`, `rec`: a microphone that hears voice.wav once.
 * - `python`: DOCS_PYTHON, an interpreter that has onnxruntime; `pip` installs nothing.
 */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const { DOCS_ROOT: root, DOCS_WORLD: world, DOCS_EPOCHS: epochs = "1", DOCS_SCRIPTS: scripts = "" } = process.env;
const [name, ...args] = process.argv.slice(2);
const SER = path.join(root, "bin/ser.js");

/** Runs a program to its end and ends as it does. */
function become(command, given, options = {}) {
  const { status, signal } = spawnSync(command, given, { stdio: "inherit", ...options });
  process.exit(signal ? 1 : (status ?? 1));
}

/** PATH without the shims: one that calls its own name must get the real one. */
const realPath = () => (process.env.PATH ?? "").split(path.delimiter).slice(1).join(path.delimiter);

/** The arguments of a training, made short. */
function shortened(given) {
  const out = [...given];
  const set = (flag, value) => {
    const at = out.indexOf(flag);
    if (at < 0) out.push(flag, value);
    else out[at + 1] = value;
  };
  set("--epochs", epochs);
  if (given[0] === "protocol") set("--seeds", "1");
  return out;
}

/** Leaves a program running and returns when it says that it is ready; ends the last one of its kind before. */
async function background(given) {
  const [kind] = given;
  const pidFile = path.join(world, `${kind}.pid`);
  if (existsSync(pidFile)) {
    try {
      process.kill(Number(readFileSync(pidFile, "utf8")));
    } catch {
      // It has ended by itself.
    }
    await delay(500);
  }
  const log = path.join(world, `${kind}.log`);
  const file = openSync(log, "w");
  const more = kind === "web" ? ["--port", "0"] : [];
  const child = spawn(process.execPath, [SER, ...given, ...more], { detached: true, stdio: ["ignore", file, file] });
  closeSync(file);
  writeFileSync(pidFile, String(child.pid));
  const ready = kind === "worker" ? 0 : 300;
  for (let i = 0; i < ready && child.exitCode === null; i++) {
    const said = readFileSync(log, "utf8");
    if (/http:\/\/\S+/u.test(said)) break;
    await delay(100);
  }
  if (kind === "serve" && child.exitCode === null) await delay(1000);
  if (child.exitCode !== null) {
    process.stderr.write(readFileSync(log, "utf8"));
    process.exit(child.exitCode);
  }
  child.unref();
  process.exit(0);
}

async function ser(given) {
  const asks = given.some((each) => each === "--help" || each === "--list" || each === "--make-key");
  if (!asks && (given[0] === "train" || (given[0] === "protocol" && given.length > 1)))
    become(process.execPath, [SER, ...shortened(given)]);
  if (!asks && ["serve", "web", "worker"].includes(given[0])) await background(given);
  become(process.execPath, [SER, ...given]);
}

function npm([verb, ...rest]) {
  const known = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).scripts;
  if (["ci", "i", "install", "pack", "publish"].includes(verb)) process.exit(0);
  const script = verb === "run" ? rest[0] : verb;
  if (!Object.hasOwn(known, script)) {
    process.stderr.write(`package.json has no script "${script}"\n`);
    process.exit(1);
  }
  if (scripts.split(",").includes(script))
    become("npm", ["run", script], { cwd: root, env: { ...process.env, PATH: realPath() } });
  process.exit(0);
}

switch (name) {
  case "ser":
    await ser(args);
    break;
  case "npx":
    if (args[0] === "ser") await ser(args.slice(1));
    // A tool that the repository has: it is run there, on its files.
    become(path.join(root, "node_modules/.bin", args[0]), args.slice(1), { cwd: root });
    break;
  case "npm":
    npm(args);
    break;
  case "arecord":
  case "rec":
    process.stdout.write(readFileSync("voice.wav").subarray(44));
    break;
  case "python":
    become(process.env.DOCS_PYTHON, args);
    break;
  default:
    process.exit(0);
}
