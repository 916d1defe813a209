import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { PEAK_RATE } from "../engine/messages.ts";
import { useFrames } from "../look/canvas.ts";
import { clock, percent, title } from "../look/emotions.ts";
import { drawTimeline, type Picture, type Range, segmentAt } from "./draw.ts";
import { following, within, zoomed } from "./range.ts";
import type { FileSession, FileState } from "./session.ts";

/** The moment in words: `0:42, happy, 78 %`. */
function inWords({ segments }: FileState, time: number): string {
  const segment = segmentAt(segments, time);
  const what = segment ? `${segment.emotion ?? "unsure"}, ${percent(segment.confidence)}` : "no speech";
  return `${clock(time)}, ${what}`;
}

interface Props {
  readonly session: FileSession;
  readonly state: FileState;
  /** What is seen now, for saving it as a picture. */
  readonly picture: RefObject<() => { readonly canvas: HTMLCanvasElement; readonly picture: Picture }>;
}

/** How far keys move the playhead, in seconds. */
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageDown: -10,
  PageUp: 10,
  Home: -Infinity,
  End: Infinity,
};

/** Pointers that are down on the picture: one drags or clicks, two pinch. */
class Gesture {
  readonly #pointers = new Map<number, number>();
  moved = false;

  down(event: PointerEvent): void {
    if (this.#pointers.size === 0) this.moved = false;
    this.#pointers.set(event.pointerId, event.offsetX);
  }

  /** @returns by how many pixels the picture was dragged, or by which factor and where it was pinched */
  move(event: PointerEvent): { readonly drag: number } | { readonly pinch: number; readonly at: number } | null {
    const before = this.#pointers.get(event.pointerId);
    if (before === undefined) return null;
    if (this.#pointers.size === 1) {
      if (!this.moved && Math.abs(event.offsetX - before) < 4) return null;
      this.moved = true;
      this.#pointers.set(event.pointerId, event.offsetX);
      return { drag: event.offsetX - before };
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)![1];
    this.moved = true;
    this.#pointers.set(event.pointerId, event.offsetX);
    return { pinch: Math.max(8, Math.abs(event.offsetX - other)) / Math.max(8, Math.abs(before - other)), at: other };
  }

  /** @returns whether it was a click */
  up(event: PointerEvent): boolean {
    return this.#pointers.delete(event.pointerId) && this.#pointers.size === 0 && !this.moved;
  }
}

/** Waveform and emotions of a file: click to go there, wheel or pinch to zoom, drag to move. */
export function Timeline({ session, state, picture }: Props): JSX.Element {
  const { player } = session;
  const seconds = Math.max(0.1, state.seconds);
  const [chosen, choose] = useState<Range | null>(null);
  const range = chosen ? within(chosen, seconds) : { from: 0, to: seconds };
  const rangeRef = useRef(range);
  rangeRef.current = range;
  const [now, tell] = useState(0);
  const [gesture] = useState(() => new Gesture());
  const current = (): Picture => ({
    peaks: session.peaks.values.subarray(0, session.peaks.length),
    peakRate: PEAK_RATE,
    segments: state.segments,
    range: rangeRef.current,
    playhead: player.time,
  });
  const canvas = useFrames((surface) => {
    drawTimeline(surface, current());
    // A tenth of a second is fine enough for words.
    if (Math.abs(player.time - now) >= 0.1) tell(player.time);
    if (player.state.playing && chosen) {
      const next = following(rangeRef.current, player.time, seconds);
      if (next !== rangeRef.current) choose(next);
    }
  });
  picture.current = () => ({ canvas: canvas.current!, picture: current() });
  const timeAt = (x: number): number =>
    rangeRef.current.from + (x / canvas.current!.clientWidth) * (rangeRef.current.to - rangeRef.current.from);
  const change = (next: Range): void => choose(next.to - next.from >= seconds - 1e-6 ? null : next);
  const zoom = (factor: number, around?: number): void => {
    const { from, to } = rangeRef.current;
    const middle = player.time >= from && player.time <= to ? player.time : (from + to) / 2;
    change(zoomed(rangeRef.current, factor, around ?? middle, seconds));
  };
  const pan = (pixels: number): void => {
    const { from, to } = rangeRef.current;
    const by = (pixels / canvas.current!.clientWidth) * (to - from);
    change(within({ from: from + by, to: to + by }, seconds));
  };
  const seek = (time: number): void => {
    player.seek(Math.min(seconds, Math.max(0, time)));
    tell(player.time);
  };
  useEffect(() => {
    // Not through preact: the page must not scroll, so the listener may not be passive.
    const wheel = (event: WheelEvent): void => {
      if (event.ctrlKey || event.metaKey) zoom(Math.exp(-event.deltaY / 200), timeAt(event.offsetX));
      else if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(event.deltaX);
      else return;
      event.preventDefault();
    };
    const element = canvas.current!;
    element.addEventListener("wheel", wheel, { passive: false });
    return () => element.removeEventListener("wheel", wheel);
  }, [seconds]);
  const keyDown = (event: KeyboardEvent): void => {
    const by = KEYS[event.key];
    if (by !== undefined) seek(player.time + by);
    else if (event.key === " ") player.toggle();
    else if (event.key === "+" || event.key === "=") zoom(2);
    else if (event.key === "-") zoom(0.5);
    else if (event.key === "0") choose(null);
    else return;
    event.preventDefault();
  };
  const here = segmentAt(state.segments, now);
  return (
    <div class="timeline">
      <canvas
        ref={canvas}
        role="slider"
        tabIndex={0}
        aria-label="Position in the recording"
        aria-valuemin={0}
        aria-valuemax={Math.round(seconds)}
        aria-valuenow={Math.round(now)}
        aria-valuetext={inWords(state, now)}
        onKeyDown={keyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          gesture.down(event);
        }}
        onPointerMove={(event) => {
          const move = gesture.move(event);
          if (!move) return;
          if ("drag" in move) pan(-move.drag);
          else zoom(move.pinch, timeAt(move.at));
        }}
        onPointerUp={(event) => {
          if (gesture.up(event)) seek(timeAt(event.offsetX));
        }}
        onPointerCancel={(event) => void gesture.up(event)}
      />
      <div class="row">
        <p class="here">
          <span class="figure">{clock(now)}</span>{" "}
          {here ? `${title(here.emotion ?? "unsure")}, ${percent(here.confidence)}` : "No speech"}
        </p>
        <div class="zoom" role="group" aria-label="Zoom">
          <button type="button" aria-label="Zoom out" disabled={chosen === null} onClick={() => zoom(0.5)}>
            −
          </button>
          <button type="button" aria-label="Zoom in" onClick={() => zoom(2)}>
            +
          </button>
          <button type="button" disabled={chosen === null} onClick={() => choose(null)}>
            All
          </button>
        </div>
      </div>
    </div>
  );
}
