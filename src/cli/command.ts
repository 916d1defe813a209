import type { Command } from "commander";
import type { Progress } from "./progress.ts";

/**
 * What `ser` tells its caller: 0 all done; 1 done, but some input failed (each named on stderr or in its line of the
 * output); 2 the command, an option or the whole input is wrong and nothing was done; 70 a bug of ours; 130 and 143
 * stopped by SIGINT and SIGTERM.
 */
export type ExitCode = 0 | 1 | 2 | 70 | 130 | 143;

/** {@link ExitCode}, for `ser --help`. */
export const EXIT_CODES = `Exit codes:
  0         all done
  1         done, but some input failed: each is named
  2         a wrong command, option or input: nothing was done
  70        a bug of ours
  130, 143  stopped by Ctrl-C, by SIGTERM`;

/** Where text goes: `process.stdout`, `process.stderr`, or a test's collector. */
export interface TextOutput {
  write(text: string): void;
  /** Whether a person looks at it; absent: no. */
  readonly isTTY?: boolean | undefined;
}

/** What the frame hands to a command. */
export interface CommandContext {
  /** Aborted by the first Ctrl-C (or SIGTERM): stop cleanly and soon, e.g. after writing a checkpoint. */
  readonly signal: AbortSignal;
  /** Results, and nothing else. */
  readonly stdout: TextOutput;
  /** Everything else: reports of bad files, notes. A progress line on the screen steps aside by itself. */
  readonly stderr: TextOutput;
  /** The one progress line, on stderr; silent when stderr is not watched by anyone in a test. */
  readonly progress: Progress;
  /** Every command there is. */
  readonly commands: readonly CommandRow[];
}

/** A command's row in `ser --help`, and how to load it. */
export interface CommandRow {
  readonly name: string;
  /** One line, for the list of commands and the head of the command's own help. */
  readonly summary: string;
  /** Loads the command's file; called only for the command that runs. */
  load(): Promise<CliCommand>;
}

/**
 * One command of `ser`. Its file exports it as `command` and is loaded only when the command is called; its name and
 * summary stand in the table in `commands.ts`, so that `ser --help` loads none.
 *
 * @typeParam Options what commander makes of the declared options, e.g. `{ json?: true; pad?: number }`.
 */
export interface CliCommand<Options extends object = object> {
  /** Command lines that work as they stand, shown under `--help`; at least one. */
  readonly examples: readonly string[];
  /** Declares arguments and options. */
  configure(command: Command): void;
  /**
   * Does the work. `args` are all positional arguments in order, a variadic one spread out. Throw a
   * `SpeechEmotionError` for a user's mistake (one sentence on stderr, exit code 2); return 1 when some inputs failed
   * and the others were done.
   */
  run(args: readonly string[], options: Options, context: CommandContext): Promise<ExitCode>;
}
