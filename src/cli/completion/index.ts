import type { Command } from "commander";
import { choiceArgument } from "../choice.ts";
import type { CliCommand } from "../command.ts";
import { bashCompletion } from "./bash.ts";
import { fishCompletion } from "./fish.ts";
import { type CommandWords, wordsOf } from "./words.ts";
import { zshCompletion } from "./zsh.ts";

const SHELLS: Readonly<Record<string, (commands: readonly CommandWords[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `ser completion`: a script that completes commands, options and their values, made of the program itself. */
export const command: CliCommand = {
  examples: [
    'eval "$(ser completion bash)"',
    "ser completion bash > ~/.local/share/bash-completion/completions/ser",
    "ser completion zsh > ~/.zfunc/_ser",
    "ser completion fish > ~/.config/fish/completions/ser.fish",
  ],

  configure(cmd: Command) {
    cmd.addArgument(choiceArgument("<shell>", "whose words are completed", Object.keys(SHELLS)));
  },

  async run([shell], _options, { stdout, commands }) {
    stdout.write(SHELLS[shell!]!(await wordsOf(commands)));
    return 0;
  },
};
