import { replaceBetween, table } from "../markdown.ts";
import type { Declaration } from "./declaration.ts";
import type { Door, PublicName } from "./read.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** The file of a door's page: `speech-emotion/features` → `features.md`, the package's own `node.md`. */
export function pageOf(door: string): string {
  return `${door.split("/").slice(1).join("-") || "node"}.md`;
}

type Homes = ReadonlyMap<string, string>;

/** The pages of the reference by file name. */
export function renderReference(doors: readonly Door[]): Map<string, string> {
  // Some names, such as `split`, are in several doors: the page's own comes first.
  const homes = new Map(
    doors.flatMap((door) => door.names.map((each) => [each.name, each.home] as const)).toReversed(),
  );
  for (const door of doors) for (const each of door.names) homes.set(`${door.name} ${each.name}`, each.home);
  const pages = new Map(doors.map((door) => [pageOf(door.name), renderDoor(door, homes)] as const));
  return pages.set("README.md", renderIndex(doors));
}

/** The glossary with the table of names that mean the same everywhere. */
export function renderGlossary(glossary: string): string {
  const rows = [...VOCABULARY].map(([name, meaning]) => [`\`${name}\``, meaning]);
  return replaceBetween(glossary, "<!-- names -->", "<!-- /names -->", table(["Name", "Meaning"], rows));
}

const NOTE = "Generated from the docstrings by `npm run api`; do not edit.";

function renderIndex(doors: readonly Door[]): string {
  const rows = doors.map(
    ({ name, text, names }) =>
      `| [\`${name}\`](${pageOf(name)}) | ${names.length} | ${linked(text, new Map(), "")} |\n`,
  );
  const distinct = new Set(doors.flatMap(({ names }) => names.map((each) => `${each.file} ${each.name}`))).size;
  return `# API reference

${NOTE} A page for each door of the package, ${distinct} names in all. Words such as \`sampleRate\` or \`hopLength\` mean the same
everywhere: [glossary](../glossary.md).

| Door | Names | |
| --- | --- | --- |
${rows.join("")}`;
}

function renderDoor({ name, text, names }: Door, homes: Homes): string {
  const own = names.filter((each) => each.home === name);
  const others = names.filter((each) => each.home !== name);
  const link = (each: PublicName): string =>
    `- [\`${each.name}\`](${pageOf(each.home)}#${anchor(each.name)}): ${linked(summary(each), homes, name)}\n`;
  const elsewhere = others.length === 0 ? "" : `## Described with other doors\n\n${others.map(link).join("")}\n`;
  const sections = own.map((each) => renderName(each, homes, name));
  return `# \`${name}\`\n\n${NOTE}\n\n${linked(text, homes, name)}\n\n${elsewhere}${sections.join("\n")}`;
}

const anchor = (name: string): string => name.toLowerCase().replaceAll(/[^\w-]/gu, "");

/** The first sentence of a docstring. */
function summary({ doc }: Declaration): string {
  const text = (doc?.text || doc?.returns || doc?.throws[0] || "").replaceAll(/\s*\n\s*/gu, " ");
  return /^.*?[.!?](?=\s|$)/u.exec(text)?.[0] ?? text;
}

/** `{@link x}` as a link to where x is described. */
function linked(text: string, homes: Homes, here: string): string {
  return text.replaceAll(
    /\{@link (?<target>[^}\s|]+)(?:[\s|]+(?<label>[^}]+))?\}/gu,
    (_, target: string, label?: string) => {
      const shown = `\`${label ?? target}\``;
      const name = target.split(".")[0]!;
      const home = homes.get(`${here} ${name}`) ?? homes.get(name);
      return home === undefined ? shown : `[${shown}](${home === here ? "" : pageOf(home)}#${anchor(name)})`;
    },
  );
}

const fence = (code: string): string => `\`\`\`ts signature\n${code}\n\`\`\`\n`;

function renderName(declared: PublicName, homes: Homes, here: string): string {
  const { name, signature, kind } = declared;
  const head = kind === "function" ? `function ${signature}` : kind === "constant" ? `const ${signature}` : signature;
  const parts = [
    `## \`${name}\`\n`,
    kind === "namespace" ? "" : fence(wrapped(head)),
    ...renderDoc(declared, homes, here),
  ];
  return `${[...parts, renderMembers(declared, homes, here)].filter((part) => part !== "").join("\n")}`;
}

/** A long signature with a parameter a line. */
function wrapped(signature: string): string {
  if (signature.length <= 100) return signature;
  const open = signature.indexOf("(");
  if (open < 0) return signature.replaceAll(" | ", "\n  | ");
  let depth = 0;
  let out = "";
  for (const [i, character] of [...signature].entries()) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (i > open && depth === 0 && character === ")") return `${out}\n${signature.slice(i)}`;
    out += i === open ? "(\n  " : depth === 1 && character === "," ? ",\n " : character;
  }
  return signature;
}

function renderDoc({ doc, parameters }: Declaration, homes: Homes, here: string): string[] {
  const text = linked(doc?.text ?? "", homes, here);
  const rows = parameters.flatMap(({ name }) => {
    const plain = name.replace("...", "");
    const told = [...(doc?.params ?? [])].filter(([param]) => param === plain || param.startsWith(`${plain}.`));
    if (told.length > 0) return told.map(([param, what]) => `- \`${param}\`: ${linked(what, homes, here)}`);
    const known = VOCABULARY.get(plain);
    return known ? [`- \`${plain}\`: ${known}`] : [];
  });
  const returns = doc?.returns ? [`- **returns** ${linked(doc.returns, homes, here)}`] : [];
  const throws = (doc?.throws ?? []).map((each) => `- **throws** ${linked(each, homes, here)}`);
  const list = [...rows, ...returns, ...throws].join("\n");
  return [text && `${text}\n`, list && `${list}\n`];
}

function renderMembers(declared: Declaration, homes: Homes, here: string): string {
  const rows = declared.members.map((member) => {
    const { doc, signature } = member;
    const known = VOCABULARY.get(member.name) ?? "";
    const notes = [
      doc?.text || known,
      ...[...(doc?.params ?? [])].map(([param, what]) => `\`${param}\`: ${what}.`),
      ...(doc?.returns ? [`Returns ${doc.returns}.`] : []),
      ...(doc?.throws ?? []).map((each) => `Throws ${each}.`),
    ];
    return `| \`${cell(signature)}\` | ${cell(linked(notes.join(" "), homes, here).replaceAll("..", "."))} |`;
  });
  return rows.length === 0 ? "" : `| | |\n| --- | --- |\n${rows.join("\n")}\n`;
}

/** Text for one cell of a table: on one line, code blocks left out, its bars escaped. */
function cell(text: string): string {
  return text
    .replaceAll(/```[^]*?```/gu, "")
    .replaceAll(/\s*\n\s*/gu, " ")
    .replaceAll("|", "\\|")
    .trim();
}
