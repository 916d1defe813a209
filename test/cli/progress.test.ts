import { expect, test } from "vitest";
import { formatDuration, Progress, renderProgress } from "../../src/cli/progress.ts";

/** A progress line on a stream that keeps what it gets, with a clock set by hand (in milliseconds). */
function fixture(isTTY: boolean, columns = 80) {
  const written: string[] = [];
  const clock = { now: 0 };
  const stream = { isTTY, columns, write: (text: string) => written.push(text) };
  return { written, clock, progress: new Progress(stream, { now: () => clock.now }) };
}

test("formatDuration", () => {
  expect([0, 0.2, 59, 60, 75, 3600, 3700].map(formatDuration)).toEqual([
    "0:00",
    "0:01",
    "0:59",
    "1:00",
    "1:15",
    "1:00:00",
    "1:01:40",
  ]);
});

test("renderProgress: rate and time left once a second has passed", () => {
  expect(renderProgress("decode", 3, 10_250, 0.5)).toBe("decode    0 %  3/10,250");
  expect(renderProgress("decode", 2500, 10_000, 10)).toBe("decode   25 %  2,500/10,000  250/s  0:30 left");
  expect(renderProgress("train", 1, 4, 100)).toBe("train   25 %  1/4  0.6/min  5:00 left");
  expect(renderProgress("decode", 10, 10, 4)).toBe("decode  100 %  10/10  2.5/s");
  expect(renderProgress("decode", 0, 0, 4)).toBe("decode  100 %  0/0");
});

test("on a terminal one line is redrawn at most ten times a second, steps aside for text, and goes at the end", () => {
  const { written, clock, progress } = fixture(true);
  progress.update("decode", 0, 100);
  clock.now = 50;
  progress.update("decode", 1, 100);
  clock.now = 100;
  progress.update("decode", 2, 100);
  progress.write("bad.wav: damaged\n");
  progress.finish();
  const clear = "\r\u001B[2K";
  expect(written).toEqual([
    `${clear}decode    0 %  0/100`,
    `${clear}decode    2 %  2/100`,
    `${clear}bad.wav: damaged\n`,
    "decode    2 %  2/100",
    clear,
  ]);
});

test("never fills a narrow terminal", () => {
  const { written, progress } = fixture(true, 12);
  progress.update("decode", 2, 100);
  expect(written[0]).toBe("\r\u001B[2Kdecode    2");
});

test("elsewhere a plain line every ten seconds, and one at the end", () => {
  const { written, clock, progress } = fixture(false);
  for (let second = 0; second <= 25; second++) {
    clock.now = 1000 * second;
    progress.update("decode", second, 25);
  }
  expect(written).toEqual([
    "decode   40 %  10/25  1.0/s  0:15 left\n",
    "decode   80 %  20/25  1.0/s  0:05 left\n",
    "decode  100 %  25/25  1.0/s\n",
  ]);
});
