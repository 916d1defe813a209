import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { BenchCase, Runner } from "./harness.ts";
import { ORIGINAL_SYSTEM, PYTHON } from "./python.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The commonest server of a student's repository: librosa for the features, Keras for the network, one thread a request. */
const SCRIPT = `
import io, json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
${ORIGINAL_SYSTEM}
class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_POST(self):
        body = json.dumps(predict(io.BytesIO(self.rfile.read(int(self.headers["content-length"])))).tolist()).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *words): pass
# Five by default: 16 clients that come at once would be turned away.
ThreadingHTTPServer.request_queue_size = 64
server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(f"http://127.0.0.1:{server.server_port}: the API is at /", flush=True)
server.serve_forever()
`;

/** A server in a process of its own. */
export interface Served {
  readonly url: string;
  readonly child: ChildProcess;
}

async function listening(child: ChildProcess, stream: "stdout" | "stderr"): Promise<Served> {
  for await (const line of createInterface({ input: child[stream]! })) {
    const [, url] = /^(http:\S+): the API/.exec(line) ?? [];
    if (url === undefined) continue;
    child[stream]!.resume();
    return { url, child };
  }
  throw new Error("the server ended before it listened");
}

/** `ser serve` from dist, with limits that a load test does not meet; ready. */
export async function serveOurs(...flags: readonly string[]): Promise<Served> {
  const open = ["--rate", "100000", "--burst", "100000", "--live-sessions-per-client", "1000"];
  const args = [`${root}bin/ser.js`, "serve", "--port", "0", "--log-level", "warn", ...open, ...flags];
  const served = await listening(spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] }), "stderr");
  while ((await fetch(`${served.url}/readyz`)).status !== 200) await new Promise((resolve) => setTimeout(resolve, 50));
  return served;
}

/** Three seconds of speech at 16 kHz, as a wav. */
export function threeSeconds(): Buffer {
  const clip = readFileSync(`${root}examples/clips/espeak-even-middle.wav`);
  const wanted = 44 + 3 * clip.readUInt32LE(28);
  const wav = Buffer.concat([clip, clip.subarray(44)]).subarray(0, wanted);
  wav.writeUInt32LE(wanted - 8, 4);
  wav.writeUInt32LE(wanted - 44, 40);
  return wav;
}

/** What clients met. */
export interface Load {
  readonly seconds: number;
  /** Milliseconds from asking to the whole answer, sorted. */
  readonly latencies: readonly number[];
  readonly errors: number;
}

/** Clients that ask one after the other, each as soon as its answer is there, until `total` have been asked. */
export async function load(url: string, clients: number, total: number): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const body = threeSeconds();
  const latencies: number[] = [];
  let [asked, errors] = [0, 0];
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "audio/wav", "content-length": body.length };
      const sent = request(`${url}/v1/recognize`, { method: "POST", agent, headers }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      });
      sent.on("error", reject).end(body);
    });
  const client = async (): Promise<void> => {
    while (asked++ < total) {
      const started = performance.now();
      const status = await ask().catch(() => 0);
      latencies.push(performance.now() - started);
      if (status !== 200) errors++;
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return { seconds: (performance.now() - started) / 1000, latencies: latencies.sort((a, b) => a - b), errors };
}

function runner(name: string, { url, child }: Served, clips: number): Runner {
  return {
    name,
    async run() {
      const { seconds, errors } = await load(url, 16, clips);
      if (errors > 0) throw new Error(`${name}: ${errors} of ${clips} requests failed`);
      return 1000 * seconds;
    },
    close: () => child.kill(),
  };
}

/** Clips of one round. */
export const CLIPS = 96;

/** Three-second wavs from 16 clients at once; clients and server share the machine. */
export async function cases(): Promise<BenchCase[]> {
  const missing = spawnSync(PYTHON, ["-c", "import librosa, keras"]).status !== 0;
  const peer = missing
    ? `no librosa and Keras at ${PYTHON} (set SER_PYTHON)`
    : runner(
        "Python: http.server, librosa, Keras predict",
        await listening(spawn(PYTHON, ["-c", SCRIPT], { stdio: ["ignore", "pipe", "ignore"] }), "stdout"),
        CLIPS,
      );
  const ours = runner("ser serve", await serveOurs("--threads", "2"), CLIPS);
  return [{ name: `${CLIPS} wavs of 3 s, 16 clients`, ours, peer, rounds: 3 }];
}
