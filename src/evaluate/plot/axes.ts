import { element, label, type Attributes } from "./svg.ts";

/** A linear map from values to pixels. */
export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

export function linear(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const [low, high] = domain;
  const slope = high === low ? 0 : (range[1] - range[0]) / (high - low);
  return Object.assign((value: number): number => range[0] + (value - low) * slope, { domain, range });
}

/** Round values (1, 2 or 5 times a power of ten apart) within [low, high], about `count` of them. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** What axes are drawn with. */
export interface AxesOptions {
  readonly x: Scale;
  readonly y: Scale;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
  /** How a tick is written; default as the number stands. */
  readonly format?: { readonly x?: (value: number) => string; readonly y?: (value: number) => string };
}

/** Grid, ticks and titles around the rectangle that two scales span. */
export function axes({ x, y, xTitle, yTitle, xTicks, yTicks, format = {} }: AxesOptions): string {
  const { x: xText = String, y: yText = String } = format;
  const [left, right] = x.range;
  const [bottom, top] = y.range;
  const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
    element("line", { x1, y1, x2, y2, ...attributes });
  return [
    ...xTicks.flatMap((value) => [
      line(x(value), top, x(value), bottom, { class: "grid" }),
      label(x(value), bottom + 16, xText(value), { class: "tick", "text-anchor": "middle" }),
    ]),
    ...yTicks.flatMap((value) => [
      line(left, y(value), right, y(value), { class: "grid" }),
      label(left - 6, y(value) + 4, yText(value), { class: "tick", "text-anchor": "end" }),
    ]),
    line(left, bottom, right, bottom, { class: "axis" }),
    line(left, bottom, left, top, { class: "axis" }),
    label((left + right) / 2, bottom + 34, xTitle, { class: "axis-title", "text-anchor": "middle" }),
    label(left, top - 10, yTitle, { class: "axis-title", "text-anchor": "start" }),
  ].join("");
}

/** A share as a tick: "20 %" without the sign, which stands in the title of the axis. */
export function perCent(share: number): string {
  return String(Math.round(100 * share));
}

/** Ticks of a share axis: 0, 0.2 … 1. */
export const SHARE_TICKS: readonly number[] = [0, 0.2, 0.4, 0.6, 0.8, 1];
