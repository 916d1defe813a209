import type { JSX } from "preact";
import type { Segment } from "../../../src/browser.ts";
import { clock, percent, title } from "../look/emotions.ts";
import { Glyph } from "../look/glyph.tsx";
import { sharesOf } from "./shares.ts";

/** The recording in a few words and figures. */
export function Summary({
  segments,
  done,
}: {
  readonly segments: readonly Segment[];
  readonly done: boolean;
}): JSX.Element {
  const shares = sharesOf(segments);
  const first = shares[0];
  if (!first) return <h1 class={done ? "" : "faint"}>{done ? "No speech" : "Listening"}</h1>;
  const words =
    first.emotion === null
      ? "Unsure throughout"
      : first.share > 0.995
        ? title(first.emotion)
        : first.share > 0.5
          ? `Mostly ${first.emotion}`
          : first.share - (shares[1]?.share ?? 0) > 0.1
            ? `Mixed, ${first.emotion} most often`
            : "Mixed";
  return (
    <>
      <h1>{words}</h1>
      <ul class="shares" aria-label="Share of the speech, and how sure the answers are">
        {shares.map(({ emotion, share, confidence }) => (
          <li key={emotion}>
            {emotion === null ? null : <Glyph label={emotion} />}
            {emotion ?? "unsure"}
            <span>
              <span class="figure">{percent(share)}</span> of the speech
              {emotion === null ? null : (
                <>
                  , <span class="figure">{percent(confidence)}</span> sure
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The timeline as a list, each row of which goes to its moment. */
export function SegmentList({
  segments,
  seek,
}: {
  readonly segments: readonly Segment[];
  seek(seconds: number): void;
}): JSX.Element | null {
  if (segments.length === 0) return null;
  return (
    <details class="segments">
      <summary>
        {segments.length} {segments.length === 1 ? "segment" : "segments"} as a list
      </summary>
      <ol>
        {segments.map(({ start, end, emotion, confidence }) => (
          <li key={start}>
            <button type="button" onClick={() => seek(start)}>
              <span class="figure">
                {clock(start)}–{clock(end)}
              </span>
              <span>
                {emotion === null ? null : <Glyph label={emotion} />}
                {emotion ?? "unsure"}
              </span>
              <span class="figure">{percent(confidence)}</span>
            </button>
          </li>
        ))}
      </ol>
    </details>
  );
}
