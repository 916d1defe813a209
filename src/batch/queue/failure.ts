import type { Failure } from "../job.ts";
import { TRIES } from "./connection.ts";

/** A failure as the text that BullMQ keeps with a failed job. */
export function failureText({ code, message }: Failure): string {
  return JSON.stringify({ code, message });
}

/** The failure of a failed job. */
export function parseFailure(file: string, text: string | undefined): Failure {
  try {
    const { code, message } = JSON.parse(text ?? "") as Partial<Failure>;
    if (code !== undefined && message !== undefined) return { code, message };
  } catch {
    // It is BullMQ's own.
  }
  if (text?.includes("stalled") === true) {
    return { code: "worker_died", message: `${file}: ${TRIES} workers died while they had it` };
  }
  return { code: "internal_error", message: `${file}: ${text ?? "no reason was kept"}` };
}
