import type { JSX } from "preact";
import { lookOf } from "./emotions.ts";

/** The shape of a label in its colour; names stand beside it, so screen readers skip it. */
export function Glyph({ label }: { readonly label: string }): JSX.Element {
  const { shape, color } = lookOf(label);
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
      <path d={shape} fill={`var(${color})`} fill-rule="evenodd" />
    </svg>
  );
}
