import path from "node:path";
import { type Node, type SourceFile, SyntaxKind } from "typescript/unstable/ast";
import { type Docstring, docstringIn } from "./docstring.ts";

/** What stands for a declaration in the reference, and what its rules look at. */
export interface Declaration {
  readonly name: string;
  readonly kind: "function" | "class" | "interface" | "type" | "constant" | "namespace" | "constructor" | "accessor";
  /** Relative to the repository. */
  readonly file: string;
  /** On one line, without body and modifiers. */
  readonly signature: string;
  readonly doc: Docstring | null;
  /** Of a function, method or constructor. */
  readonly parameters: readonly Parameter[];
  /** As written: what a function returns, what a constant or field is; null for what has none. */
  readonly type: string | null;
  /** Public members of a class, an interface or a namespace. */
  readonly members: readonly Declaration[];
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  /** It is taken apart where it is declared, and has no name of its own. */
  readonly destructured: boolean;
}

/** The parts of the compiler's nodes that are read here, whatever their kind. */
interface AnyNode extends Node {
  readonly name?: Node;
  readonly type?: Node;
  readonly body?: Node;
  readonly parameters?: readonly AnyNode[];
  readonly typeParameters?: readonly Node[];
  readonly members?: readonly AnyNode[];
  readonly modifiers?: readonly Node[];
  readonly heritageClauses?: readonly Node[];
  readonly questionToken?: Node;
  readonly postfixToken?: Node;
  readonly dotDotDotToken?: Node;
  readonly initializer?: Node;
}

const flat = (text: string): string =>
  text
    .replaceAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gmu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
const words = (node: Node | undefined, source: SourceFile): string => (node ? flat(node.getText(source)) : "");

/** Reads a declaration as `name`; of a whole source file, what its first docstring says. */
export function declarationOf(name: string, node: Node, root: string): Declaration {
  const source = node.getSourceFile();
  const file = path.relative(root, source.fileName).split(path.sep).join("/");
  if (node.kind === SyntaxKind.SourceFile) {
    const doc = docstringIn(source.text.slice(0, source.text.indexOf("*/") + 2));
    return { name, kind: "namespace", file, signature: name, doc, parameters: [], type: null, members: [] };
  }
  return { ...declared(name, node as AnyNode, source, file), name };
}

function declared(name: string, node: AnyNode, source: SourceFile, file: string): Declaration {
  const doc = docstringOf(node, source);
  const parameters = named(
    (node.parameters ?? []).map((each) => parameter(each, source)),
    doc,
  );
  const typeParameters = node.typeParameters?.length
    ? `<${node.typeParameters.map((each) => words(each, source)).join(", ")}>`
    : "";
  const heritage = (node.heritageClauses ?? []).map((each) => ` ${words(each, source)}`).join("");
  const members = (node.members ?? [])
    .filter((member) => isPublic(member, source))
    .map((member) => declared(memberName(member, source), member, source, file));
  const type = node.type ? words(node.type, source) : null;
  const list = parameters.map(
    ({ name: each, type: of, optional }) => `${each}${optional && !each.startsWith("...") ? "?" : ""}: ${of}`,
  );
  const call = `${name}${typeParameters}(${list.join(", ")})`;
  const common = { name, file, doc, parameters, type, members };
  switch (node.kind) {
    case SyntaxKind.ClassDeclaration:
      return { ...common, kind: "class", signature: `class ${name}${typeParameters}${heritage}` };
    case SyntaxKind.InterfaceDeclaration:
      return { ...common, kind: "interface", signature: `interface ${name}${typeParameters}${heritage}` };
    case SyntaxKind.TypeAliasDeclaration:
      return { ...common, kind: "type", signature: `type ${name}${typeParameters} = ${type ?? ""}` };
    case SyntaxKind.Constructor:
      return { ...common, kind: "constructor", signature: `new ${call.slice(name.length)}` };
    case SyntaxKind.GetAccessor:
      return { ...common, kind: "accessor", signature: `${name}: ${type ?? ""}` };
    case SyntaxKind.FunctionDeclaration:
    case SyntaxKind.MethodDeclaration:
    case SyntaxKind.MethodSignature:
    case SyntaxKind.CallSignature:
      return { ...common, kind: "function", signature: `${call}: ${type ?? "void"}` };
    default: {
      // A constant without a written type is what it is.
      const is = type === null && node.initializer ? ` = ${words(node.initializer, source)}` : `: ${type ?? ""}`;
      return { ...common, kind: "constant", signature: `${name}${isOptional(node) ? "?" : ""}${is}` };
    }
  }
}

const isOptional = (node: AnyNode): boolean =>
  node.questionToken !== undefined || node.postfixToken?.kind === SyntaxKind.QuestionToken;

function parameter(node: AnyNode, source: SourceFile): Parameter {
  const type = words(node.type, source);
  const written = words(node.name, source);
  // A destructured parameter has no name: it is called after its type, as people would.
  const own = /^[A-Z]\w*$/u.test(type) ? type[0]!.toLowerCase() + type.slice(1) : "options";
  const destructured = /^[{[]/u.test(written);
  const name = destructured ? own : written;
  const rest = node.dotDotDotToken ? "..." : "";
  return { name: rest + name, type, optional: isOptional(node) || node.initializer !== undefined, destructured };
}

/** A destructured parameter is called as its docstring calls it. */
function named(parameters: readonly Parameter[], doc: Docstring | null): Parameter[] {
  const free = [...(doc?.params.keys() ?? [])].filter((name) => parameters.every((each) => each.name !== name));
  return parameters.map((each) => (each.destructured && free.length > 0 ? { ...each, name: free.shift()! } : each));
}

function memberName(node: AnyNode, source: SourceFile): string {
  if (node.kind === SyntaxKind.Constructor) return "constructor";
  return node.name ? words(node.name, source) : "";
}

/** Not what is private; and not the language's own way to end a thing, which says itself. */
function isPublic(node: AnyNode, source: SourceFile): boolean {
  const modifiers = (node.modifiers ?? []).map((each) => words(each, source));
  const name = memberName(node, source);
  return !modifiers.includes("private") && !name.startsWith("#") && !name.startsWith("[Symbol.");
}

function docstringOf(node: AnyNode, source: SourceFile): Docstring | null {
  // The docstring of a constant stands before `export const`.
  let holder: Node = node;
  while (holder.kind === SyntaxKind.VariableDeclaration || holder.kind === SyntaxKind.VariableDeclarationList) {
    holder = holder.parent;
  }
  return docstringIn(source.text.slice(holder.pos, holder.getStart(source)));
}
