import { type Command, Option } from "commander";
import { pino } from "pino";
import { untilAborted } from "../listening.node.ts";
import { packageVersion } from "../provenance.node.ts";
import { flagOf, readSettings, SETTING_NAMES, SETTINGS, environmentOf, startServer } from "../server/index.ts";
import type { Setting } from "../server/index.ts";
import { makeKey } from "../server/keys.node.ts";
import type { CliCommand } from "./command.ts";
import { tell } from "./output.ts";

interface ServeOptions extends Readonly<Record<string, unknown>> {
  readonly makeKey?: string;
  readonly json?: true;
}

/** `ser serve`: the recogniser over HTTP and WebSocket. */
export const command: CliCommand<ServeOptions> = {
  examples: [
    "ser serve",
    "ser serve --make-key alice >> keys.txt",
    "ser serve --host 0.0.0.0 --keys keys.txt",
    "SER_PORT=9000 SER_LOG_LEVEL=warn ser serve",
  ],

  configure(cmd: Command) {
    for (const name of SETTING_NAMES) {
      const { value, help, choices, default: standard }: Setting<unknown> = SETTINGS[name];
      const shown =
        standard === "" || standard === false || Array.isArray(standard) ? "" : `; default ${String(standard)}`;
      const option = new Option(
        value === undefined ? flagOf(name) : `${flagOf(name)} <${value}>`,
        `${help}${shown} [${environmentOf(name)}]`,
      );
      // Flags and environment are checked by the same rules, in readSettings.
      if (choices) option.choices([...choices]).argParser((text: string) => text);
      cmd.addOption(option);
    }
    cmd
      .option("--make-key <name>", "make an API key: the line for --keys on stdout, the key itself on stderr")
      .option("--json", "the address, or the key that was made, as one JSON object on standard output");
  },

  async run(_args, { makeKey: owner, json, ...flags }, { stdout, stderr, signal }) {
    if (owner !== undefined) {
      const { key, line } = makeKey(owner);
      tell(stdout, json, { name: owner, key, line }, `${line}\n`);
      if (json !== true) stderr.write(`the key of ${owner}, shown this once: ${key}\n`);
      return 0;
    }
    const settings = readSettings(flags, process.env);
    const log = pino({ level: settings.logLevel, base: null }, { write: (line) => stderr.write(line) });
    const server = await startServer(settings, { log, version: packageVersion() });
    if (json === true) stdout.write(`${JSON.stringify({ url: server.url, docs: `${server.url}/docs` })}\n`);
    stderr.write(`${server.url}: the API is at ${server.url}/docs; Ctrl-C stops\n`);
    await untilAborted(signal);
    await server.stop();
    return 0;
  },
};
