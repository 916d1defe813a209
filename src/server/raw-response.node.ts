import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Problem } from "./problems.ts";

/** A problem on a connection that has no response object: what could not be parsed, timed out, or asked for an upgrade. */
export function writeProblem(socket: Duplex, problem: Problem, requestId: string): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(problem.details(requestId));
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${requestId}`,
    ...(problem.retryAfter === null ? [] : [`retry-after: ${Math.ceil(problem.retryAfter)}`]),
    ...(problem.code === "unauthorized" ? ["www-authenticate: Bearer"] : []),
    "connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
