import { Command, CommanderError } from "commander";
import { SpeechEmotionError } from "../errors.ts";
import { type CommandRow, COMMANDS } from "./commands.ts";
import type { ExitCode, TextOutput } from "./command.ts";
import { Progress, type ProgressStream } from "./progress.ts";

/** The world around one call of `ser`; tests hand in their own. */
export interface CliWorld {
  readonly stdout: TextOutput;
  readonly stderr: ProgressStream;
  readonly signal: AbortSignal;
  /** The package's version. */
  readonly version: string;
  /** Default: the table in `commands.ts`. */
  readonly commands?: readonly CommandRow[];
}

/** The command that `argv` calls: its first word, or the word after `help`. */
function calledCommand(argv: readonly string[]): string | undefined {
  const words = argv.filter((word) => !word.startsWith("-"));
  return words[0] === "help" ? words[1] : words[0];
}

/** True for what the operating system refused, e.g. a full disk or a folder that may not be written. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error && typeof error.code === "string";
}

/** What stderr shows for `error`, and the exit code that goes with it. */
function explain(error: unknown, signal: AbortSignal): { text: string; exitCode: ExitCode } {
  if (error instanceof SpeechEmotionError && error.code === "aborted") {
    return { text: `${error.message}\n`, exitCode: signal.reason === "SIGTERM" ? 143 : 130 };
  }
  if (error instanceof SpeechEmotionError) return { text: `error: ${error.message}\n`, exitCode: 2 };
  if (isSystemError(error)) return { text: `error: ${error.message}\n`, exitCode: 2 };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `${stack}\n\nThis is a bug in speech-emotion: please report it with the lines above.\n`,
    exitCode: 70,
  };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function configureRow(row: CommandRow, parent: Command): Command {
  return parent.command(row.name).summary(row.summary).description(sentence(row.summary));
}

/**
 * Runs `ser` with the words after its name and resolves to the exit code; never rejects and never ends the process.
 * Only the file of the called command is loaded, which keeps the start quick.
 */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<ExitCode> {
  const progress = new Progress(world.stderr);
  const stderr: TextOutput = { write: (text) => progress.write(text) };
  const program = new Command("ser")
    .description("Recognises the emotion in a voice: predicts, trains and evaluates.")
    .version(world.version)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(text),
    })
    .addHelpText("after", "\n`ser help <command>` shows the options of a command and examples.");

  let exitCode: ExitCode = 0;
  try {
    const called = calledCommand(argv);
    for (const row of world.commands ?? COMMANDS) {
      const subcommand = configureRow(row, program);
      if (row.name !== called) continue;
      const command = await row.load();
      command.configure(subcommand);
      const examples = command.examples.map((line) => `  $ ${line}`).join("\n");
      subcommand.addHelpText("after", `\n${command.examples.length > 1 ? "Examples" : "Example"}:\n${examples}`);
      subcommand.action(async () => {
        const args = subcommand.processedArgs.flat().filter((word) => typeof word === "string");
        exitCode = await command.run(args, subcommand.opts(), {
          signal: world.signal,
          stdout: world.stdout,
          stderr,
          progress,
        });
      });
    }
    if (argv.length === 0) {
      program.outputHelp();
      return 0;
    }
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    // Commander has already written its message; help and version come this way, too.
    if (error instanceof CommanderError) exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      progress.finish();
      const { text, exitCode: code } = explain(error, world.signal);
      stderr.write(text);
      exitCode = code;
    }
  }
  progress.finish();
  return exitCode;
}
