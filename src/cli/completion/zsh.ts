import type { CommandWords, OptionWords, Place } from "./words.ts";

/** Text within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Text within a specification of `_arguments`, where colons and brackets have a meaning. */
const escaped = (text: string): string => text.replaceAll(/[\\[\]:]/g, String.raw`\$&`);

function action(place: Place): string {
  if (place === "file") return "_files";
  if (place === "folder") return "_files -/";
  return place === "unknown" ? " " : `(${place.map(escaped).join(" ")})`;
}

function optionSpec({ flag, summary, value, variadic }: OptionWords): string {
  const repeated = variadic ? "*" : "";
  const follows = value === null ? "" : `:value:${action(value)}`;
  return quoted(`${repeated}${flag}[${escaped(summary)}]${follows}`);
}

function commandCase({ name, options, argument }: CommandWords): string {
  // Behind a variadic option any number of values may follow: they are completed like the arguments.
  const listed = options.find(({ variadic }) => variadic)?.value ?? null;
  const rest = argument ?? listed;
  const specs = [...options.map(optionSpec), ...(rest === null ? [] : [quoted(`*:argument:${action(rest)}`)])];
  return `    ${name}) _arguments -S ${specs.join(" ")} ;;\n`;
}

/** A script for zsh, to be sourced or to stand as `_ser` in a folder of `fpath`. */
export function zshCompletion(commands: readonly CommandWords[]): string {
  const described = commands.map(({ name, summary }) => quoted(`${name}:${escaped(summary)}`)).join("\n    ");
  return `#compdef ser
# Completes the words of ser in zsh: source <(ser completion zsh), after compinit
_ser() {
  local -a commands
  commands=(
    ${described}
    'help:show the options of a command'
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
    help) (( CURRENT == 2 )) && _describe -t commands command commands ;;
${commands.map(commandCase).join("")}  esac
}
if [[ "\${funcstack[1]}" == _ser ]]; then _ser "$@"; else compdef _ser ser; fi
`;
}
