import type { CommandWords, Place } from "./words.ts";

/** What sets `words` for a place; files are left to bash itself (`-o default`), but not where nobody can guess. */
function offer(place: Place): string {
  if (place === "file") return "return";
  if (place === "folder") return 'COMPREPLY=($(compgen -d -- "$current")); return';
  if (place === "unknown") return "compopt +o default 2>/dev/null; return";
  return `words="${place.join(" ")}"`;
}

function commandCase({ name, options, argument }: CommandWords): string {
  const values = options
    .filter(({ value }) => value !== null)
    .map(({ flag, value }) => `      ${flag}) ${offer(value!)} ;;\n`);
  const flags = options.map(({ flag }) => flag).join(" ");
  return (
    `  ${name})\n    case "$previous" in\n${values.join("")}      *)\n` +
    `        if [[ "$current" == -* ]]; then words="${flags}"; else ${offer(argument ?? "unknown")}; fi ;;\n` +
    `    esac ;;\n`
  );
}

/** A script for bash 3.2 and later. */
export function bashCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# Completes the words of ser in bash: eval "$(ser completion bash)"
_ser() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [[ "$COMP_CWORD" -eq 1 ]]; then command=""; fi
  case "$command" in
  "") words="${names} help --help --version" ;;
  help) words="${names}" ;;
${commands.map(commandCase).join("")}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _ser ser
`;
}
