/** A docstring, taken apart. */
export interface Docstring {
  /** Everything before the first tag, in Markdown. */
  readonly text: string;
  /** By parameter; a docstring of a destructured one names it by its type, `MelOptions` → `melOptions`. */
  readonly params: ReadonlyMap<string, string>;
  readonly returns: string | null;
  readonly throws: readonly string[];
}

/** The last docstring that stands in `trivia`, what lies between two declarations; null where there is none. */
export function docstringIn(trivia: string): Docstring | null {
  const found = [...trivia.matchAll(/\/\*\*(?<body>[^]*?)\*\//gu)].at(-1)?.groups?.["body"];
  return found === undefined ? null : parse(found);
}

function parse(body: string): Docstring {
  const lines = body.split("\n").map((line) => line.replace(/^\s*\* ?/u, "").trimEnd());
  // A tag may also end the one line of a short docstring.
  const text = lines.join("\n").trim();
  const [before = "", ...tags] = text.split(/(?:^|(?<=[.!?:;)\]`] ))@(?=(?:param|returns|throws)\b)/mu);
  const params = new Map<string, string>();
  let returns: string | null = null;
  const throws: string[] = [];
  for (const tag of tags) {
    const [, kind, rest = ""] = /^(?<kind>\w+)\s*(?<rest>[^]*)$/u.exec(tag.trim()) ?? [];
    if (kind === "returns") returns = joined(rest);
    else if (kind === "throws") throws.push(joined(rest));
    else {
      const [, name = "", what = ""] = /^(?<name>[\w.]+)\s*(?:[-–]\s*)?(?<what>[^]*)$/u.exec(rest) ?? [];
      params.set(name, joined(what));
    }
  }
  return { text: before.trim(), params, returns, throws };
}

const joined = (text: string): string => text.replaceAll(/\s*\n\s*/gu, " ").trim();
