import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Declaration } from "../../scripts/api/declaration.ts";
import { docstringIn } from "../../scripts/api/docstring.ts";
import { readDoors } from "../../scripts/api/read.ts";
import { renderGlossary, renderReference } from "../../scripts/api/render.ts";
import { complaints } from "../../scripts/api/rules.ts";

const folder = fileURLToPath(new URL("../../docs/api/", import.meta.url));
const doors = readDoors();

describe("the API reference", () => {
  test("every door of package.json has names, and the well-known ones are among them", () => {
    expect(doors.length).toBeGreaterThan(10);
    const names = doors.map((door) => door.names.map(({ name }) => name));
    expect(names.every((each) => each.length > 0)).toBe(true);
    expect(names[0]).toEqual(expect.arrayContaining(["loadRecognizer", "readAudio", "Recognizer", "Waveform"]));
  });

  test("every public name is documented, with shapes and units (npm run api lists what is missing)", () => {
    expect(complaints(doors)).toEqual([]);
  });

  test("docs/api is as the docstrings are now (npm run api)", () => {
    const pages = renderReference(doors);
    expect(readdirSync(folder).toSorted()).toEqual([...pages.keys()].toSorted());
    const stale = [...pages].filter(([file, text]) => readFileSync(folder + file, "utf8") !== text);
    expect(stale.map(([file]) => file)).toEqual([]);
    const glossary = readFileSync(`${folder}../glossary.md`, "utf8");
    expect(renderGlossary(glossary)).toBe(glossary);
  });
});

/** A function f(x: Matrix, gain: number): Matrix with a docstring. */
function declared(comment: string): Declaration {
  const parameters = [
    { name: "x", type: "Matrix", optional: false, destructured: false },
    { name: "gain", type: "number", optional: true, destructured: false },
  ];
  const signature = "f(x: Matrix, gain?: number): Matrix";
  return {
    name: "f",
    kind: "function",
    file: "f.ts",
    signature,
    doc: docstringIn(comment),
    parameters,
    type: "Matrix",
    members: [],
  };
}

const complaintsOf = (comment: string): string[] =>
  complaints([{ name: "door", file: "f.ts", text: "", names: [{ ...declared(comment), home: "door" }] }]);

describe("what the reference complains of", () => {
  test("nothing, where shapes and units are told", () => {
    const whole =
      "/**\n * Louder.\n *\n * @param x (frames, columns)\n * @param gain in decibels\n * @returns shape (frames, columns)\n */";
    expect(complaintsOf(whole)).toEqual([]);
  });

  test("no docstring at all", () => {
    expect(complaintsOf("// a comment is none")).toEqual([
      "f.ts: f has no docstring",
      "f.ts: f: parameter gain (number) tells no unit, range or count",
      "f.ts: f: parameter x (Matrix) tells no shape",
      "f.ts: f: what it returns (Matrix) tells no shape",
    ]);
  });

  test("a shape, a unit, or a parameter of that name that is missing", () => {
    expect(complaintsOf("/**\n * Makes x louder.\n *\n * @param gain how loud\n * @param nothing of all\n */")).toEqual(
      [
        "f.ts: f: @param nothing is no parameter",
        "f.ts: f: parameter gain (number) tells no unit, range or count",
        "f.ts: f: parameter x (Matrix) tells no shape",
        "f.ts: f: what it returns (Matrix) tells no shape",
      ],
    );
  });
});

test("a docstring is taken apart", () => {
  const { text, params, returns, throws } = docstringIn(
    "/** of another */\n/**\n * First line,\n * second.\n *\n * @param a in\n *   hertz\n * @returns (n)\n * @throws E when bad\n * @throws F\n */\n",
  )!;
  expect([text, Object.fromEntries(params), returns, throws]).toEqual([
    "First line,\nsecond.",
    { a: "in hertz" },
    "(n)",
    ["E when bad", "F"],
  ]);
});
