import type { CommandRow } from "../../src/cli/commands.ts";
import type { ExitCode } from "../../src/cli/command.ts";
import { runCli } from "../../src/cli/program.ts";

/** What a call of `ser` left behind. */
export interface CliResult {
  readonly exitCode: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `ser` in this process, as where stderr is no terminal. */
export async function ser(
  argv: readonly string[],
  { commands, signal }: { commands?: readonly CommandRow[]; signal?: AbortSignal } = {},
): Promise<CliResult> {
  let stdout = "";
  let stderr = "";
  const exitCode = await runCli(argv, {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    signal: signal ?? new AbortController().signal,
    version: "1.2.3",
    ...(commands && { commands }),
  });
  return { exitCode, stdout, stderr };
}
