import "../no-telemetry.ts";
import { packageVersion } from "../provenance.node.ts";
import { runCli } from "./program.ts";

// The reader of a pipe may leave first (`ser predict … | head -1`): that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// The first Ctrl-C asks the command to stop where nothing is lost; the second ends it as if nobody had listened.
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => {
    if (!stop.signal.aborted) {
      process.stderr.write("\nstopping; once more to quit at once\n");
      return stop.abort(name);
    }
    // Not process.exit, which stops threads in the midst of ONNX Runtime: that aborts (see worker.node.ts).
    process.removeAllListeners(name);
    process.kill(process.pid, name);
  });
}

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  signal: stop.signal,
  version: packageVersion(),
});
