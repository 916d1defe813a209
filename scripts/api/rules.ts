import type { Declaration } from "./declaration.ts";
import type { Door } from "./read.ts";
import { VOCABULARY } from "./vocabulary.ts";

/** Types whose values are tables of numbers: what they hold in which order is not in the type. */
const TABLE =
  /\b(?:Float32Array|Float64Array|Int(?:8|16|32)Array|Uint(?:16|32)Array|Matrix|Value)\b|\bnumber(?:\[\]|\)\[\])|Array(?:Like)?<number>/u;
/** A bare number, in every way to write one. */
const NUMBER = /^(?:readonly )?(?:number(?: \| (?:null|undefined))?|\[(?:\w+: )?number.*\])$/u;

/** Words that tell a table's shape. */
const SHAPES =
  /\bshape|\([^()]*\)|×|\beach\b|\bevery\b|\bone (?:a|per|for)\b|\blength|\blong\b|\bsamples?\b|\brows?\b|\bcolumns?\b|\bframes?\b|\bby (?:label|class|speaker|bin)|\bin the order\b|\belement|\bscalar|\bax[ei]s\b|\bbins?\b/iu;
/** Words that tell a number's unit, range or what it counts. */
const UNITS =
  /\bhertz\b|\bHz\b|\bseconds?\b|\b(?:s|ms|dB)\b|\bmilliseconds?\b|\bsamples?\b|\bframes?\b|\bdecibels?\b|\bbels?\b|\boctaves?\b|\bsemitones?\b|\bcents?\b|\bbytes?\b|\bshare\b|\bprobabilit|\bper cent\b|\bnumber of\b|\bhow (?:many|much|often)\b|\bcount|\b(?:least|most)\b|\bfinite\b|\bindex\b|\bseed\b|\binteger\b|\bradians?\b|\bfactor\b|\bexponent\b|\bdegree\b|\bratio\b|\brate\b|\btimes\b|[≥≤…<>]|\b\d|\b(?:recordings|speakers|files|jobs|threads|results|lines|units|filters|clips|labels|weights|bands|workers|sessions|requests|messages|folds|bins|values)\b/iu;

/** What a declaration lacks, as sentences that name it; none is as it should be. */
export function complaints(doors: readonly Door[]): string[] {
  const all = doors.flatMap(({ names }) => names.flatMap((each) => complaintsOf(each, each.file, [])));
  return [...new Set(all)].toSorted();
}

/** @param holder the interface or class that it is a member of, whose text may speak for all: "Times are in seconds" */
function complaintsOf(
  declaration: Declaration,
  file: string,
  within: readonly string[],
  holder?: Declaration,
): string[] {
  const name = [...within, declaration.name].join(".");
  const where = `${file}: ${name}`;
  const found: string[] = [];
  const { doc, kind, type, parameters, members } = declaration;
  const told = doc?.text ?? "";
  const known = VOCABULARY.get(declaration.name) ?? "";
  const all = [told, doc?.returns ?? "", ...(doc?.params.values() ?? [])].join(" ");
  // A type that is one word says what it is; a constructor says it with its parameters.
  const literal = type !== null && /^(?:"[^"]*"|true|false|\d+)$/u.test(type);
  if (all.trim() === "" && known === "" && !literal && kind !== "constructor") found.push(`${where} has no docstring`);
  for (const param of doc?.params.keys() ?? []) {
    const names = parameters.map((each) => each.name.replace("...", ""));
    if (!names.includes(param.split(".")[0]!)) found.push(`${where}: @param ${param} is no parameter`);
  }
  for (const param of parameters) {
    const plain = param.name.replace("...", "");
    // A constructor's parameter that is called as a field is that field.
    const field = kind === "constructor" ? holder?.members.find((each) => each.name === plain)?.doc?.text : undefined;
    const text =
      field ??
      doc?.params.get(plain) ??
      VOCABULARY.get(plain) ??
      (new RegExp(`\\b${plain}\\b`, "u").test(all) ? all : "");
    found.push(...missing(`${where}: parameter ${plain}`, param.type, text));
  }
  const isFunction = kind === "function";
  if (type !== null && kind !== "type") {
    const text = isFunction ? `${doc?.returns ?? ""} ${told}` : `${told} ${known} ${holder?.doc?.text ?? ""}`;
    const result = isFunction
      ? type.replace(/^(?:Promise|AsyncGenerator|Generator|Iterable)<(?<of>.*)>$/u, "$<of>")
      : type;
    found.push(...missing(isFunction ? `${where}: what it returns` : where, result, text));
  }
  return [
    ...found,
    ...members.flatMap((member) => complaintsOf(member, file, [...within, declaration.name], declaration)),
  ];
}

function missing(where: string, type: string, text: string): string[] {
  if (NUMBER.test(type)) return UNITS.test(text) ? [] : [`${where} (${type}) tells no unit, range or count`];
  // Of an object or a function the fields and parameters tell.
  if (TABLE.test(type) && !/=>|\{/u.test(type)) return SHAPES.test(text) ? [] : [`${where} (${type}) tells no shape`];
  return [];
}
