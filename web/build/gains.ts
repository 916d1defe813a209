/** A gain of recognition: UAR before and after, in per cent, and their difference in points. */
export interface Gain {
  readonly before: number;
  readonly after: number;
  readonly gain: number;
}

/** What voice calibration gained on unseen speakers. */
export interface Gains {
  readonly speakers: number;
  /** Names, `SAVEE, 1 speaker`. */
  readonly corpora: readonly string[];
  readonly rows: readonly {
    /** From what the voice was known. */
    readonly known: string;
    readonly all: Gain;
    /** By corpus. */
    readonly each: readonly Gain[];
  }[];
}

const NUMBER = String.raw`([+−-]?\d+(?:\.\d+)?)`;
const CELL = new RegExp(`^${NUMBER} → ${NUMBER}: ${NUMBER}`);
const numberOf = (text: string | undefined): number => Number(text?.replace("−", "-"));
const cellsOf = (line: string): string[] =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

function gainOf(cell: string): Gain {
  const [, before, after, gain] = CELL.exec(cell) ?? [];
  const found = { before: numberOf(before), after: numberOf(after), gain: numberOf(gain) };
  if (Object.values(found).some(Number.isNaN)) throw new Error(`docs/voice-calibration.md: "${cell}" is no gain`);
  return found;
}

/** `crema-d, 10 speakers` as people write it. */
function corpusOf(cell: string): string {
  const [name, count] = cell.split(", ") as [string, string];
  const speakers = Number.parseInt(count, 10);
  return `${name.toUpperCase()}, ${speakers} ${speakers === 1 ? "speaker" : "speakers"}`;
}

/**
 * The table of docs/voice-calibration.md, so that the page tells what was measured and nothing else.
 *
 * @throws Error when it is not as expected
 */
export function gainsOf(markdown: string): Gains {
  const lines = markdown.split("\n");
  const at = lines.findIndex((line) => line.startsWith("| The voice is known by |"));
  if (at < 0) throw new Error("docs/voice-calibration.md: the table of gains is not there");
  const [, ...heads] = cellsOf(lines[at]!);
  const rows: Gains["rows"][number][] = [];
  for (const line of lines.slice(at + 2)) {
    if (!line.startsWith("|")) break;
    const [known, ...cells] = cellsOf(line);
    const gains = cells.map(gainOf);
    rows.push({ known: known!, all: gains.at(-1)!, each: gains.slice(0, -1) });
  }
  const speakers = Number.parseInt(heads.at(-1)!.split(", ")[1]!, 10);
  return { speakers, corpora: heads.slice(0, -1).map(corpusOf), rows };
}
