/**
 * ONNX Runtime's builds for Node record every session that is created, with all metadata of its model, in
 * `~/.cache/Microsoft` and send it to Microsoft (version 1.30, Linux). Whoever wants that sets ORT_DISABLE_TELEMETRY=0. The
 * runtime reads the variable when it is loaded: this file must be imported before it, and before a thread is started, since
 * a thread's `process.env` is a copy.
 */
const environment = (globalThis as { process?: { env?: Record<string, string | undefined> } }).process?.env;
if (environment) environment["ORT_DISABLE_TELEMETRY"] ??= "1";
