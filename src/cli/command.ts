import type { Command } from "commander";
import type { Progress } from "./progress.ts";

/**
 * What `ser` tells its caller: 0 all done; 1 done, but some input failed (each named on stderr or in its line of the
 * output); 2 the command, an option or the whole input is wrong and nothing was done; 70 a bug of ours; 130 and 143
 * stopped by SIGINT and SIGTERM.
 */
export type ExitCode = 0 | 1 | 2 | 70 | 130 | 143;

/** Where text goes: `process.stdout`, `process.stderr`, or a test's collector. */
export interface TextOutput {
  write(text: string): void;
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
