import type { CliCommand } from "./command.ts";

/** A command's row in `ser --help`, and how to load it. */
export interface CommandRow {
  readonly name: string;
  /** One line, for the list of commands and the head of the command's own help. */
  readonly summary: string;
  /** Loads the command's file; called only for the command that runs. */
  load(): Promise<CliCommand>;
}

/** Every command of `ser`, in the order of `ser --help`. */
export const COMMANDS: readonly CommandRow[] = [];
