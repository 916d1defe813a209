import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { EMOTIONS, EMOTIONS_WITH_CALM } from "../../src/emotions.ts";
import { clock, lookOf, percent, title } from "../../web/src/look/emotions.ts";
import { LOST, problemOf, processingNote, RAW_VOICE } from "../../web/src/live/problems.ts";

const css = readFileSync(fileURLToPath(new URL("../../web/src/look/ground.css", import.meta.url)), "utf8");

/** Colours of the custom properties of a block that begins with `head`. */
function palette(head: string): Map<string, string> {
  const block = css.slice(css.indexOf(head)).split("}")[0]!;
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[\da-f]{6})/g)].map(([, name, value]) => [name!, value!]));
}

/** Relative luminance of WCAG 2.2. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

describe("colours and shapes", () => {
  const themes = [palette(":root {"), palette("@media (prefers-color-scheme: dark)")];

  test("WCAG's own example: grey #777777 on white has 4.48", () => {
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  test.each([
    ["light", themes[0]!],
    ["dark", themes[1]!],
  ])("%s: pictures stand out by 3:1, text by 4.5:1", (_, colors) => {
    const ground = colors.get("--ground")!;
    for (const label of EMOTIONS) {
      expect({ label, ratio: contrast(colors.get(lookOf(label).color)!, ground) >= 3 }).toEqual({ label, ratio: true });
    }
    for (const text of ["--ink", "--muted", "--faint", "--unsure"]) {
      expect({ text, ratio: contrast(colors.get(text)!, ground) >= 4.5 }).toEqual({ text, ratio: true });
      expect({ text, ratio: contrast(colors.get(text)!, colors.get("--raised")!) >= 4.5 }).toEqual({
        text,
        ratio: true,
      });
    }
  });

  test("no two emotions share a shape or a colour, and every label has both", () => {
    const looks = EMOTIONS.map(lookOf);
    expect(new Set(looks.map(({ shape }) => shape)).size).toBe(EMOTIONS.length);
    expect(new Set(looks.map(({ color }) => color)).size).toBe(EMOTIONS.length);
    for (const label of [...EMOTIONS_WITH_CALM, "boredom"]) expect(themes[0]!.has(lookOf(label).color)).toBe(true);
  });

  test("figures and times as people read them", () => {
    expect([percent(0.864), percent(1), title("happy")]).toEqual(["86 %", "100 %", "Happy"]);
    expect([clock(0), clock(75.9), clock(3725)]).toEqual(["0:00", "1:15", "1:02:05"]);
  });
});

describe("microphones in words", () => {
  test("every error of getUserMedia has a title and advice; an unknown one tells the browser's reason", () => {
    const names = ["NotAllowedError", "NotFoundError", "NotReadableError", "OverconstrainedError"];
    const titles = names.map((name) => problemOf(new DOMException("", name)).title);
    expect(new Set([...titles, LOST.title]).size).toBe(5);
    expect(problemOf(new DOMException("odd thing", "AbortError")).advice).toContain("odd thing");
  });

  test("processing is asked off, and what the browser keeps on is named", () => {
    expect(RAW_VOICE).toMatchObject({ autoGainControl: false, noiseSuppression: false, echoCancellation: false });
    expect(processingNote({ autoGainControl: false })).toBeNull();
    expect(processingNote({ autoGainControl: true, echoCancellation: true })).toContain(
      "automatic gain and echo cancellation on",
    );
  });
});
