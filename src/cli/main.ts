import "../no-telemetry.ts";
import { packageVersion } from "../provenance.node.ts";
import { runCli } from "./program.ts";

// The reader of a pipe may leave first (`ser predict … | head -1`): that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// The first Ctrl-C asks the command to stop where nothing is lost; the second ends it at once.
const stop = new AbortController();
function onSignal(name: "SIGINT" | "SIGTERM", exitCode: number): void {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(exitCode);
    process.stderr.write("\nstopping; once more to quit at once\n");
    stop.abort(name);
  });
}
onSignal("SIGINT", 130);
onSignal("SIGTERM", 143);

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  version: packageVersion(),
});
