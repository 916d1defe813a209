import { standalone } from "speech-emotion/evaluate";

/** What runs the cells: `npm run notebook`, or Jupyter's Deno kernel. */
interface Kernels {
  readonly [runner: symbol]: { display(data: Readonly<Record<string, string>>): void } | undefined;
  readonly Deno?: {
    readonly jupyter: { display(data: Readonly<Record<string, string>>, options: { raw: true }): Promise<void> };
  };
}

/**
 * Shows a figure below the cell: an SVG, with its description for whoever sees text only.
 *
 * @throws Error when nothing here can show figures
 */
export async function show(svg: string): Promise<void> {
  const described = /aria-label="([^"]*)"/.exec(svg)?.[1] ?? "figure";
  const data = { "image/svg+xml": standalone(svg), "text/plain": described };
  const { Deno: deno, [Symbol.for("speech-emotion.notebook")]: runner } = globalThis as unknown as Kernels;
  if (runner) runner.display(data);
  else if (deno) await deno.jupyter.display(data, { raw: true });
  else throw new Error("show: figures are shown by `npm run notebook` and by Jupyter's Deno kernel");
}
