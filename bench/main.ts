import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Benchmark, renderRows, runCases } from "./harness.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The files here that export `cases`. */
const benchmarks = readdirSync(folder)
  .filter(
    (file) => file.endsWith(".ts") && /^export async function cases\(/m.test(readFileSync(`${folder}${file}`, "utf8")),
  )
  .map((file) => file.slice(0, -".ts".length))
  .sort();

const words = process.argv.slice(2);
const json = words.includes("--json");
const [name] = words.filter((word) => !word.startsWith("-"));

if (name === undefined || !benchmarks.includes(name)) {
  if (name !== undefined) console.error(`error: there is no benchmark "${name}"`);
  console.error(`usage: npm run bench -- <name> [--json]\n\n${benchmarks.map((each) => `  ${each}`).join("\n")}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const { cases } = (await import(`./${name}.ts`)) as Benchmark;
  const rows = await runCases(await cases(), (round, rounds) => {
    if (process.stderr.isTTY) process.stderr.write(`\rround ${round}/${rounds}${round === rounds ? "\n" : ""}`);
  });
  const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${availableParallelism()} cores, Node ${process.version}`;
  console.log(json ? JSON.stringify({ benchmark: name, machine, rows }, null, 2) : `${machine}\n\n${renderRows(rows)}`);
}
