import { type Argument, Command, type Option } from "commander";
import type { CommandRow } from "../command.ts";
import { declareCommand, declareRow } from "../declare.ts";

/** What may stand in one place: these words, the name of a file or folder, or what nobody can guess. */
export type Place = readonly string[] | "file" | "folder" | "unknown";

/** An option of a command. */
export interface OptionWords {
  /** `--json`. */
  readonly flag: string;
  readonly summary: string;
  /** What follows it; null for a switch. */
  readonly value: Place | null;
  /** Whether several values follow. */
  readonly variadic: boolean;
}

/** All that a shell needs to complete the words behind one command of `ser`. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionWords[];
  /** What stands behind the command but for options; null when nothing does. */
  readonly argument: Place | null;
}

/** What a placeholder such as `<files...>` or `<emotion=file...>` stands for. */
function placeOf(choices: readonly string[] | undefined, placeholder: string): Place {
  if (choices !== undefined) return choices;
  if (/folder/.test(placeholder)) return "folder";
  return /file|path|model|inputs|sources|results/.test(placeholder) ? "file" : "unknown";
}

function optionWords({ long, flags, description, argChoices, required, optional, variadic }: Option): OptionWords {
  const value = required || optional ? placeOf(argChoices, flags) : null;
  return { flag: long ?? flags, summary: description, value, variadic };
}

function argumentPlace(argument: Argument | undefined): Place | null {
  return argument === undefined ? null : placeOf(argument.argChoices, argument.name());
}

/** The words of every command, as the program itself declares them. */
export async function wordsOf(rows: readonly CommandRow[]): Promise<CommandWords[]> {
  const program = new Command("ser");
  const found: CommandWords[] = [];
  for (const row of rows) {
    const command = declareRow(row, program);
    declareCommand(await row.load(), command);
    const help: OptionWords = { flag: "--help", summary: "show the help of the command", value: null, variadic: false };
    const options = [...command.options.map(optionWords), help];
    found.push({
      name: row.name,
      summary: row.summary,
      options,
      argument: argumentPlace(command.registeredArguments[0]),
    });
  }
  return found;
}
