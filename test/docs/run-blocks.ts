import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { HAS_PYTHON, PYTHON } from "../python.ts";
import { HAS_REDIS, RedisServer } from "../batch/redis-server.ts";
import { freePort } from "../free-port.ts";
import { type Block, blocksOf, root } from "./blocks.ts";
import { shapeFault } from "./output-shape.ts";
import { makeWorld, type World } from "./world.ts";

/** What became of a block. */
export interface Ran {
  readonly block: Block;
  /** Null when it did what the document says. */
  readonly fault: string | null;
  /** Why it was not run; null when it was. */
  readonly skipped: string | null;
  readonly seconds: number;
}

/** The port of `ser serve` in the documents. */
const DOCUMENTED_PORT = /\b8080\b/gu;
const DOCUMENTED_REDIS = /redis:\/\/[\w.:-]+/gu;
const SECONDS = 900;
/** Programs of others that documents use, and that a machine may not have. */
const TOOLS = ["curl", "ffmpeg", "jq"];

const isInstalled = (tool: string): boolean => spawnSync(tool, ["--version"]).error === undefined;

/** What excerpts in docstrings (docs/api) begin with; those of documents are whole programs. */
const EXCERPT = `
import { calibrateVoice, loadRecognizer, readAudio } from "speech-emotion";
import { SpeechEmotionClient } from "speech-emotion/client";
import { extractFeatures, FeatureCache, scanCorpora } from "speech-emotion/corpora";
const recognizer = await loadRecognizer();
const client = new SpeechEmotionClient({ url: "http://127.0.0.1:8080" });
const { utterances } = await scanCorpora(["recordings.csv"]);
const microphone = [(await readAudio("voice.wav")).samples];
const [file, apiKey] = [new Uint8Array(await (await import("node:fs/promises")).readFile("voice.wav")), "none"];
const show = (...what: unknown[]): void => console.log(...what);
void [calibrateVoice, extractFeatures, FeatureCache, recognizer, client, utterances, microphone, file, apiKey, show];
`;

/** Runs documents one after the other in a world of their own. */
export class DocumentRunner {
  readonly #world: World;
  readonly #redis: RedisServer | null;
  readonly #port: number;

  private constructor(world: World, redis: RedisServer | null, port: number) {
    this.#world = world;
    this.#redis = redis;
    this.#port = port;
  }

  /** @param scripts of package.json that `npm run` really runs */
  static async create(scripts: readonly string[] = []): Promise<DocumentRunner> {
    const port = await freePort();
    const redis = HAS_REDIS ? await RedisServer.start() : null;
    const world = await makeWorld({ SER_PORT: String(port), DOCS_PYTHON: PYTHON, DOCS_SCRIPTS: scripts.join(",") });
    return new DocumentRunner(world, redis, port);
  }

  /** Runs all blocks of a document in order, in one folder: what one makes, the next may use. */
  run(document: string, blocks: readonly Block[] = blocksOf(document)): Ran[] {
    const work = this.#world.workFolder(document);
    const env = { ...environment(), ...this.#world.env };
    const programs = programsOf(document, blocks);
    const all = blocks.map(({ code }) => code).join("\n");
    if (DOCUMENTED_PORT.test(all) && !/\bser serve\b/u.test(all)) spawnSync("ser", ["serve"], { env, cwd: work });
    const results = blocks.map((block): Ran => {
      const skipped = this.#skipReason(block);
      if (skipped !== null) return { block, fault: null, skipped, seconds: 0 };
      const started = performance.now();
      const code = this.#local(block.language === "ts" ? programs.get(block)! : block.code);
      const name = `block-${block.line}.${block.language === "ts" ? "mts" : "sh"}`;
      writeFileSync(path.join(work, name), code);
      const [command, ...args] =
        block.language === "ts" ? [path.join(root, "node_modules/.bin/tsx"), name] : ["bash", "-eo", "pipefail", name];
      const { status, signal, stdout, stderr } = spawnSync(command, args, {
        cwd: work,
        env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 1000 * SECONDS,
        maxBuffer: 1 << 26,
      });
      const seconds = (performance.now() - started) / 1000;
      const ended = status === 0 ? null : `ended with ${signal ?? status}: ${stderr.slice(-1500)}${stdout.slice(-500)}`;
      const shape = block.output === null ? null : shapeFault(block.output, stdout);
      return { block, fault: ended ?? shape, skipped: null, seconds };
    });
    this.#endBackground();
    return results;
  }

  /** What the compiler has to say about the TypeScript of documents, all at once. */
  typeCheck(documents: readonly string[]): string {
    const folder = path.join(this.#world.folder, "types");
    const work = this.#world.workFolder("types");
    for (const document of documents) {
      const blocks = blocksOf(document);
      for (const [block, code] of programsOf(document, blocks)) {
        writeFileSync(path.join(work, `${document.replaceAll(/[/.]/gu, "-")}-${block.line}.mts`), code);
      }
    }
    const language = { target: "es2023", lib: ["es2023", "dom", "dom.iterable"], module: "nodenext", strict: true };
    const packages = { skipLibCheck: true, types: ["node"], typeRoots: [path.join(root, "node_modules/@types")] };
    const compilerOptions = { ...language, ...packages, noEmit: true };
    const config = `${folder}.json`;
    writeFileSync(config, JSON.stringify({ compilerOptions, include: [`${work}/*.mts`] }));
    const { stdout } = spawnSync(path.join(root, "node_modules/.bin/tsc"), ["-p", config], { encoding: "utf8" });
    return stdout;
  }

  async close(): Promise<void> {
    this.#endBackground();
    await this.#redis?.kill();
    this.#world.remove();
  }

  #skipReason({ code }: Block): string | null {
    if (/^\s*(?:python|pip) /mu.test(code) && !HAS_PYTHON) return `there is no Python with onnxruntime (SER_PYTHON)`;
    if (code.includes("redis://") && !this.#redis) return "there is no redis-server";
    const missing = TOOLS.find((tool) => new RegExp(`(?:^|\\| )${tool} `, "mu").test(code) && !isInstalled(tool));
    return missing === undefined ? null : `there is no ${missing}`;
  }

  /** The addresses of documents as they are here. */
  #local(code: string): string {
    const moved = code.replaceAll(DOCUMENTED_PORT, String(this.#port));
    return this.#redis ? moved.replaceAll(DOCUMENTED_REDIS, this.#redis.url) : moved;
  }

  /** Ends what `ser serve`, `ser web` and `ser worker` left running. */
  #endBackground(): void {
    for (const name of readdirSync(this.#world.folder).filter((each) => each.endsWith(".pid"))) {
      try {
        process.kill(Number(readFileSync(path.join(this.#world.folder, name), "utf8")));
      } catch {
        // It has ended by itself.
      }
    }
  }
}

/** The TypeScript of a document as programs: a block without an import goes on where the one before it ended. */
function programsOf(document: string, blocks: readonly Block[]): Map<Block, string> {
  const excerpts = document.startsWith("docs/api/");
  const programs = new Map<Block, string>();
  let before = "";
  for (const block of blocks.filter(({ language }) => language === "ts")) {
    const whole = /^import /mu.test(block.code);
    before = excerpts
      ? `${EXCERPT}{\n${block.code}}\nawait recognizer.release();\n`
      : whole
        ? block.code
        : before + block.code;
    programs.set(block, `${before}export {};\n`);
  }
  return programs;
}

/** The environment without what vitest puts there. */
function environment(): Record<string, string | undefined> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(?:VITEST|NODE_ENV|NODE_OPTIONS|TEST$|SER_|npm_)/u.test(name),
  );
  return Object.fromEntries(own);
}
