import type { CommandWords, OptionWords, Place } from "./words.ts";

/** Text within single quotes. */
const quoted = (text: string): string => `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;

/** What `complete` is told about a place: `-F` takes files, `-f` none. */
function offer(place: Place): string {
  if (place === "file") return "-F";
  if (place === "folder") return "-f -a '(__fish_complete_directories)'";
  return place === "unknown" ? "-f" : `-f -a ${quoted(place.join(" "))}`;
}

function optionLine(where: string, { flag, summary, value }: OptionWords): string {
  const follows = value === null ? "" : ` -r ${offer(value)}`;
  return `${where} -l ${flag.replace(/^--/, "")}${follows} -d ${quoted(summary)}\n`;
}

function commandLines({ name, summary, options, argument }: CommandWords): string {
  const where = `complete -c ser -n '__fish_seen_subcommand_from ${name}'`;
  const listed = options.find(({ variadic }) => variadic)?.value ?? null;
  const rest = argument ?? listed;
  return (
    `complete -c ser -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}\n` +
    options.map((option) => optionLine(where, option)).join("") +
    (rest === null ? "" : `${where} ${offer(rest)}\n`)
  );
}

/** A script for fish 3. */
export function fishCompletion(commands: readonly CommandWords[]): string {
  const names = commands.map(({ name }) => name).join(" ");
  return `# Completes the words of ser in fish: ser completion fish | source
complete -c ser -f
complete -c ser -n __fish_use_subcommand -l version -d 'show the version'
complete -c ser -n __fish_use_subcommand -l help -d 'show the help'
complete -c ser -n __fish_use_subcommand -a help -d 'show the options of a command'
complete -c ser -n '__fish_seen_subcommand_from help' -a '${names}'
${commands.map(commandLines).join("")}`;
}
