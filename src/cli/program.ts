import { Command, CommanderError } from "commander";
import { SpeechEmotionError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { coloursOf, hasColours } from "./colours.ts";
import { COMMANDS } from "./commands.ts";
import { type CommandRow, EXIT_CODES, type ExitCode, type TextOutput } from "./command.ts";
import { declareCommand, declareRow } from "./declare.ts";
import { messageOf } from "./nearest-file.ts";
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
  if (error instanceof SpeechEmotionError) return { text: `error: ${messageOf(error)}\n`, exitCode: 2 };
  if (isSystemError(error)) return { text: `error: ${error.message}\n`, exitCode: 2 };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `${stack}\n\nThis is a bug in speech-emotion: please report it with the lines above.\n`,
    exitCode: 70,
  };
}

/**
 * Commander's complaint about an unknown word, with the nearest that it knows; any other as it is. An option that is
 * missed may be there, mistyped: then the typing error is what to tell.
 */
function withSuggestion(text: string, argv: readonly string[], called: Command | undefined, program: Command): string {
  const flags = [...(called?.options ?? program.options).map(({ long }) => long ?? ""), "--help"];
  const mistyped = argv.find((word) => /^--./.test(word) && !flags.includes(word.split("=")[0]!));
  const told =
    mistyped !== undefined && text.startsWith("error: required option") ? `error: unknown option '${mistyped}'` : text;
  const [, kind, word] = /^error: unknown (option|command) '([^']*)'/.exec(told) ?? [];
  if (kind === undefined || word === undefined) return text;
  const names = kind === "command" ? program.commands.map((command) => command.name()) : flags;
  return `${told.trimEnd()}${didYouMean(word, names)}\n`;
}

/** `error:` stands out where there are colours. */
function painted(text: string, { red }: ReturnType<typeof coloursOf>): string {
  return text.startsWith("error:") ? `${red("error:")}${text.slice("error:".length)}` : text;
}

/**
 * Runs `ser` with the words after its name and resolves to the exit code; never rejects and never ends the process.
 * Only the file of the called command is loaded, which keeps the start quick.
 */
export async function runCli(argv: readonly string[], world: CliWorld): Promise<ExitCode> {
  const { commands = COMMANDS, signal, stdout } = world;
  const progress = new Progress(world.stderr);
  const colours = coloursOf(world.stderr);
  const stderr: TextOutput = {
    isTTY: world.stderr.isTTY,
    write: (text) => progress.write(painted(text, colours)),
  };
  let called: Command | undefined;
  const program = new Command("ser")
    .description("Recognises the emotion in a voice: predicts, trains and evaluates.")
    .version(world.version)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureHelp({ styleTitle: coloursOf(stdout).bold })
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(withSuggestion(text, argv, called, program)),
      getOutHasColors: () => hasColours(stdout),
      getErrHasColors: () => hasColours(stderr),
    })
    .addHelpText("after", `\n${EXIT_CODES}\n\n\`ser help <command>\` shows the options of a command and examples.`);

  let exitCode: ExitCode = 0;
  try {
    const name = calledCommand(argv);
    for (const row of commands) {
      const subcommand = declareRow(row, program);
      if (row.name !== name) continue;
      called = subcommand;
      const command = await row.load();
      declareCommand(command, subcommand);
      subcommand.action(async () => {
        const args = subcommand.processedArgs.flat().filter((word) => typeof word === "string");
        exitCode = await command.run(args, subcommand.opts(), { signal, stdout, stderr, progress, commands });
      });
    }
    if (argv[0] === "help" && name !== undefined && name !== "help" && called === undefined) {
      program.error(`error: unknown command '${name}'`);
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
      const { text, exitCode: code } = explain(error, signal);
      stderr.write(text);
      exitCode = code;
    }
  }
  progress.finish();
  return exitCode;
}
