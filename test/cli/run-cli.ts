import type { CommandRow, ExitCode } from "../../src/cli/command.ts";
import { runCli } from "../../src/cli/program.ts";

/** What a call of `ser` left behind. */
export interface CliResult {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

interface CallOptions {
  readonly commands?: readonly CommandRow[];
  readonly signal?: AbortSignal;
  /** Whether stdout and stderr are terminals; default false. */
  readonly terminal?: boolean;
}

/** Runs `ser` in this process. */
export async function ser(
  argv: readonly string[],
  { commands, signal, terminal = false }: CallOptions = {},
): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runCli(argv, {
    stdout: { write: (text) => void (stdout += text), isTTY: terminal },
    stderr: { write: (text) => void (stderr += text), isTTY: terminal },
    signal: signal ?? new AbortController().signal,
    version: "1.2.3",
    ...(commands && { commands }),
  });
  return { exitCode, stdout, stderr };
}
