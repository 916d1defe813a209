import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import type { Command } from "commander";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { InputError, ParameterError } from "../errors.ts";
import { listenOn, untilAborted } from "../listening.node.ts";
import { PAGE_POLICY, pageFiles } from "../web-page.ts";
import type { CliCommand } from "./command.ts";
import { numberOption } from "./numbers.ts";
import { JSON_OPTION, tell } from "./output.ts";

/** Where `npm run build:web` puts the page. */
const FOLDER = fileURLToPath(new URL("../../dist/web/", import.meta.url));

interface WebOptions {
  readonly port: number;
  readonly host: string;
  readonly json?: true;
}

/** The built page as a function from Request to Response. @param folder that holds its index.html */
export function pageApp(folder: string = FOLDER): Hono {
  const app = new Hono();
  app.use(secureHeaders(PAGE_POLICY));
  app.route("/", pageFiles(folder));
  return app;
}

/** `ser web`: the page with the microphone, on this machine. */
export const command: CliCommand<WebOptions> = {
  examples: ["ser web", "ser web --port 8090"],

  configure(cmd: Command) {
    cmd
      .option("--port <number>", "where to listen; 0: any that is free", numberOption("--port"), 8090)
      .option(
        "--host <address>",
        "which address; browsers give the microphone to this machine and to https only",
        "127.0.0.1",
      )
      .option(...JSON_OPTION);
  },

  async run(_args, { port, host, json }, { stdout, stderr, signal }) {
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new ParameterError(`--port: ${port} must be a whole number, 0 … 65535`);
    }
    if (!existsSync(`${FOLDER}index.html`)) {
      throw new InputError("file_missing", `the page has not been built: there is no ${FOLDER}; run npm run build:web`);
    }
    const answer = getRequestListener(pageApp().fetch);
    const server = createServer((request, response) => void answer(request, response));
    const address = `${await listenOn(server, host, port)}/`;
    tell(stdout, json, { url: address }, `${address}\n`);
    stderr.write("open the address in a browser; Ctrl-C stops\n");
    await untilAborted(signal);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    return 0;
  },
};
