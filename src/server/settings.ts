import { ParameterError } from "../errors.ts";
import { noneOf } from "../nearest.ts";

/** Everything that can be set about the server. Sizes are in bytes, times in seconds. */
export interface ServerSettings {
  /** The address to listen on; 0.0.0.0 for all. */
  readonly host: string;
  /** The port to listen on, 0 … 65535; 0: any that is free. */
  readonly port: number;
  /** A model file; the one that ships when empty. */
  readonly model: string;
  /** File of API keys' hashes; none when empty. */
  readonly keys: string;
  /** Requests are taken without a key also on an address that others can reach. */
  readonly anonymous: boolean;
  /** `/metrics` is shown without a key. */
  readonly openMetrics: boolean;
  /** Origins whose pages may call the server. */
  readonly corsOrigins: readonly string[];
  /** The client's address is the last entry of X-Forwarded-For. */
  readonly trustProxy: boolean;
  /** Threads that decode and measure recordings. */
  readonly threads: number;
  /** Threads that measure live sessions. */
  readonly liveThreads: number;
  /** The largest upload. */
  readonly maxBytes: number;
  /** The longest recording, as it is decoded. */
  readonly maxSeconds: number;
  /** The longest that work on one recording may take. */
  readonly jobSeconds: number;
  /** Memory of the process above which the recording that is longest at work is given up. */
  readonly memoryBytes: number;
  /** Recordings that may wait for a thread. */
  readonly queue: number;
  /** All uploads in memory together. */
  readonly pendingBytes: number;
  /** Requests a second of one client. */
  readonly rate: number;
  /** Requests of one client at once after a pause. */
  readonly burst: number;
  /** The longest that a request may take to arrive. */
  readonly requestSeconds: number;
  /** Live sessions at a time. */
  readonly liveSessions: number;
  /** Live sessions of one client at a time. */
  readonly liveSessionsPerClient: number;
  /** Sound in one live session. */
  readonly liveSeconds: number;
  /** Silence on the line after which a live session ends. */
  readonly liveIdleSeconds: number;
  /** The largest frame of live sound. */
  readonly liveFrameBytes: number;
  /** Messages a second in one live session. */
  readonly liveMessages: number;
  /** Time to finish what was accepted when stopping. */
  readonly drainSeconds: number;
  /** What is logged: trace, debug, info, warn, error or silent. */
  readonly logLevel: string;
}

/** A row of the table. */
export interface Setting<T> {
  /** Its value where nobody sets it. */
  readonly default: T;
  /** One line of help, without the default. */
  readonly help: string;
  /** What stands for the value in help; absent for switches. */
  readonly value?: string;
  /** Least and most of a number, both allowed, in the unit that `help` tells. */
  readonly range?: readonly [least: number, most: number];
  /** Of a text, where only some will do. */
  readonly choices?: readonly string[];
}

const MIB = 1 << 20;

/** The one table: of it come the flags, the environment variables (`SER_` + the name) and the table in docs/server.md. */
export const SETTINGS: { readonly [K in keyof ServerSettings]: Setting<ServerSettings[K]> } = {
  host: { default: "127.0.0.1", value: "address", help: "the address to listen on; 0.0.0.0 for all" },
  port: { default: 8080, value: "n", range: [0, 65_535], help: "the port to listen on; 0 for any that is free" },
  model: { default: "", value: "file", help: "a model file, *.onnx; the one that ships when empty" },
  keys: { default: "", value: "file", help: "file of API keys' hashes; see --make-key" },
  anonymous: { default: false, help: "take requests without a key also on an address that others can reach" },
  openMetrics: { default: false, help: "/metrics without a key" },
  corsOrigins: { default: [], value: "list", help: "origins whose pages may call the server, separated by commas" },
  trustProxy: { default: false, help: "take the client's address from the last entry of X-Forwarded-For" },
  threads: { default: 2, value: "n", range: [1, 64], help: "threads that decode and measure recordings" },
  liveThreads: { default: 2, value: "n", range: [1, 64], help: "threads that measure live sessions" },
  maxBytes: { default: 32 * MIB, value: "bytes", range: [1024, 1024 * MIB], help: "the largest upload" },
  maxSeconds: { default: 3600, value: "s", range: [1, 86_400], help: "the longest recording, as it is decoded" },
  jobSeconds: { default: 60, value: "s", range: [0.1, 3600], help: "the longest that work on one recording may take" },
  memoryBytes: {
    default: 1536 * MIB,
    value: "bytes",
    range: [256 * MIB, 1024 * 1024 * MIB],
    help: "memory of the process above which the recording that is longest at work is given up",
  },
  queue: { default: 64, value: "n", range: [0, 10_000], help: "recordings that may wait for a thread" },
  pendingBytes: {
    default: 256 * MIB,
    value: "bytes",
    range: [1024, 65_536 * MIB],
    help: "all uploads in memory together",
  },
  rate: {
    default: 50,
    value: "n",
    range: [0.01, 100_000],
    help: "requests a second of one client (key, else address)",
  },
  burst: { default: 100, value: "n", range: [1, 100_000], help: "requests of one client at once after a pause" },
  requestSeconds: {
    default: 60,
    value: "s",
    range: [0.5, 3600],
    help: "the longest that a request may take to arrive",
  },
  liveSessions: { default: 200, value: "n", range: [1, 100_000], help: "live sessions at a time" },
  liveSessionsPerClient: {
    default: 10,
    value: "n",
    range: [1, 100_000],
    help: "live sessions of one client at a time",
  },
  liveSeconds: { default: 3600, value: "s", range: [1, 86_400], help: "sound in one live session" },
  liveIdleSeconds: {
    default: 30,
    value: "s",
    range: [0.1, 3600],
    help: "silence on the line after which a live session ends",
  },
  liveFrameBytes: { default: 65_536, value: "bytes", range: [256, MIB], help: "the largest frame of live sound" },
  liveMessages: { default: 200, value: "n", range: [1, 10_000], help: "messages a second in one live session" },
  drainSeconds: { default: 30, value: "s", range: [0, 3600], help: "time to finish what was accepted when stopping" },
  logLevel: {
    default: "info",
    value: "level",
    choices: ["trace", "debug", "info", "warn", "error", "silent"],
    help: "what is logged, as JSON lines on stderr",
  },
};

const words = (name: string): string[] => name.split(/(?=[A-Z])/).map((word) => word.toLowerCase());

/** `maxBytes` → `--max-bytes`. */
export function flagOf(name: keyof ServerSettings): string {
  return `--${words(name).join("-")}`;
}

/** `maxBytes` → `SER_MAX_BYTES`. */
export function environmentOf(name: keyof ServerSettings): string {
  return `SER_${words(name).join("_").toUpperCase()}`;
}

/** The names of all settings, in the table's order. */
export const SETTING_NAMES: readonly (keyof ServerSettings)[] = Object.keys(SETTINGS) as (keyof ServerSettings)[];

function parsed(name: keyof ServerSettings, given: unknown, source: string): unknown {
  const { default: standard, range, choices }: Setting<unknown> = SETTINGS[name];
  if (typeof standard === "boolean") {
    if (given === true || given === "1" || given === "true") return true;
    if (given === "0" || given === "false" || given === "") return false;
    throw new ParameterError(`${source}: "${String(given)}" must be 1, true, 0 or false`);
  }
  const text = String(given).trim();
  if (Array.isArray(standard)) return text === "" ? [] : text.split(",").map((part) => part.trim());
  if (typeof standard === "number") {
    const [least, most] = range!;
    const value = Number(text);
    if (text === "" || !(value >= least && value <= most)) {
      throw new ParameterError(`${source}: "${text}" must be a number in ${least} … ${most}`);
    }
    return value;
  }
  if (choices && !choices.includes(text)) throw new ParameterError(`${source}: ${noneOf(text, choices)}`);
  return text;
}

/**
 * Flags win over the environment, the environment over the defaults.
 *
 * @param flags by the settings' names, as commander gives them
 * @throws ParameterError naming the flag or variable and its rule
 */
export function readSettings(
  flags: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string | undefined>>,
): ServerSettings {
  return Object.fromEntries(
    SETTING_NAMES.map((name) => {
      const variable = environment[environmentOf(name)];
      if (flags[name] !== undefined) return [name, parsed(name, flags[name], flagOf(name))];
      if (variable !== undefined) return [name, parsed(name, variable, environmentOf(name))];
      return [name, SETTINGS[name].default];
    }),
  ) as unknown as ServerSettings;
}

/** The table as Markdown, for docs/server.md. */
export function renderSettings(): string {
  const rows = SETTING_NAMES.map((name) => {
    const { default: standard, value, help, range, choices }: Setting<unknown> = SETTINGS[name];
    const flag = value === undefined ? flagOf(name) : `${flagOf(name)} <${value}>`;
    const shown = Array.isArray(standard) || standard === "" ? "" : String(standard);
    const rule = range ? ` (${range[0]} … ${range[1]})` : choices ? ` (${choices.join(", ")})` : "";
    return `| \`${flag}\` | \`${environmentOf(name)}\` | ${shown} | ${help}${rule} |`;
  });
  return ["| Flag | Environment | Default | |", "| --- | --- | --- | --- |", ...rows].join("\n");
}
