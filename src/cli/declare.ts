import type { Command } from "commander";
import type { CliCommand, CommandRow } from "./command.ts";

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Adds a command to `ser` by its name and summary alone. */
export function declareRow({ name, summary }: CommandRow, program: Command): Command {
  return program.command(name).summary(summary).description(sentence(summary));
}

/** Adds the arguments and options of a loaded command, and its examples. */
export function declareCommand({ configure, examples }: CliCommand, subcommand: Command): void {
  configure(subcommand);
  const lines = examples.map((line) => `  $ ${line}`).join("\n");
  subcommand.addHelpText("after", `\n${examples.length > 1 ? "Examples" : "Example"}:\n${lines}`);
}
