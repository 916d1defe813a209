import type { JSX } from "preact";

/** Strokes in a box of 24 by 24. */
const STROKES = {
  play: "M8 5.5v13l10.5-6.5Z",
  pause: "M8.5 5.5v13M15.5 5.5v13",
  again: "M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4.5 8.7M4.5 4v4.7h4.7",
  remove: "M6.5 6.5l11 11M17.5 6.5l-11 11",
} as const;

/** A small picture on a button, which has its name from elsewhere. */
export function Icon({ name }: { readonly name: keyof typeof STROKES }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={STROKES[name]} />
    </svg>
  );
}
