import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ParameterError } from "./errors.ts";

/**
 * Opens the port of a server.
 *
 * @param port 0: any that is free
 * @returns where it can be reached, `http://127.0.0.1:8080`
 * @throws ParameterError when the port cannot be had
 */
export async function listenOn(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? "another program uses it; give another --port" : cause.message;
      reject(new ParameterError(`cannot listen on ${host}:${port}: ${reason}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${bound}`;
}

/** Resolves when the signal is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
