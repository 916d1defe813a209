import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What is drawn on: sizes in CSS pixels. */
export interface Surface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** The value of a custom property of ground.css, such as `--ink`, in the theme of the moment. */
  color(property: string): string;
}

/** The value of a custom property, read once a theme. */
export function colors(element: Element): (property: string) => string {
  const style = getComputedStyle(element);
  const known = new Map<string, string>();
  return (property) => {
    let value = known.get(property);
    if (value === undefined) known.set(property, (value = style.getPropertyValue(property).trim()));
    return value;
  };
}

/** A canvas that keeps the size of its box, in the pixels of the screen, and forgets its colours when the theme changes. */
export class FittedCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #observer: ResizeObserver;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #changed: () => void;
  #surface: Surface | null = null;

  /** @param changed called when what is drawn is no longer right */
  constructor(canvas: HTMLCanvasElement, changed: () => void = () => undefined) {
    this.#canvas = canvas;
    this.#changed = () => {
      this.#surface = null;
      changed();
    };
    this.#observer = new ResizeObserver(this.#changed);
    this.#observer.observe(canvas);
    this.#dark.addEventListener("change", this.#changed);
  }

  /** Cleared, ready to draw; null without a size. */
  begin(): Surface | null {
    const surface = (this.#surface ??= this.#fit());
    surface?.context.clearRect(0, 0, surface.width, surface.height);
    return surface;
  }

  close(): void {
    this.#observer.disconnect();
    this.#dark.removeEventListener("change", this.#changed);
  }

  #fit(): Surface | null {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const context = this.#canvas.getContext("2d");
    if (width === 0 || height === 0 || !context) return null;
    // More than two pixels a point cost time and are not seen.
    const scale = Math.min(2, devicePixelRatio);
    this.#canvas.width = Math.round(width * scale);
    this.#canvas.height = Math.round(height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    return { context, width, height, color: colors(this.#canvas) };
  }
}

/** Draws on a canvas at every frame for as long as the component is shown. */
export function useFrames(draw: (surface: Surface) => void): RefObject<HTMLCanvasElement | null> {
  const ref = useRef<HTMLCanvasElement | null>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const fitted = new FittedCanvas(ref.current!);
    let frame = 0;
    const next = (): void => {
      const surface = fitted.begin();
      if (surface) latest.current(surface);
      frame = requestAnimationFrame(next);
    };
    frame = requestAnimationFrame(next);
    return () => {
      cancelAnimationFrame(frame);
      fitted.close();
    };
  }, []);
  return ref;
}
