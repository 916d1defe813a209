/** Attributes of an element; undefined ones are left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Text as it may stand in HTML and SVG, in elements and in attributes. */
export function escapeText(text: string): string {
  // Control characters may not stand in XML at all.
  // eslint-disable-next-line no-control-regex
  const legal = text.replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD");
  return legal.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** An element of SVG; numbers to two decimals. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? String(round(value)) : escapeText(value!)}"`);
  return `<${name}${written.join("")}${children.length === 0 ? "/>" : `>${children.join("")}</${name}>`}`;
}

/** A line of text at a point. */
export function label(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escapeText(text));
}

/** A polyline through points. */
export function path(points: readonly (readonly [number, number])[], attributes: Attributes): string {
  const d = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${round(x)} ${round(y)}`).join("");
  return element("path", { d, fill: "none", ...attributes });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

/** About how wide a text is in the figures' font, pixels: figures are drawn where no font can be measured. */
export function textWidth(text: string, size: number): number {
  return 0.56 * size * text.length;
}

/** A figure: an SVG document or a part of a page, told in words to whoever cannot see it. */
export function figure(width: number, height: number, description: string, ...children: readonly string[]): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "figure",
      viewBox: `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`,
      width: Math.ceil(width),
      height: Math.ceil(height),
      role: "img",
      "aria-label": description,
    },
    element("title", {}, escapeText(description)),
    ...children,
  );
}
