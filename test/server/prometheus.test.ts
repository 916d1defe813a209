import { Counter as TheirCounter, Gauge as TheirGauge, Histogram as TheirHistogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { processFigures } from "../../src/server/process-figures.node.ts";
import { Counter, Histogram, PROMETHEUS_TYPE, readFigure, renderFigures } from "../../src/server/prometheus.ts";

test("the text is that of prom-client, to the letter", async () => {
  const registers = [new Registry()];
  const theirs = new TheirCounter({
    name: "requests_total",
    help: "Requests.",
    labelNames: ["route", "status"],
    registers,
  });
  const plain = new TheirCounter({ name: "seconds_total", help: "Seconds.", registers });
  const buckets = [0.005, 0.1, 1];
  const their = new TheirHistogram({
    name: "duration_seconds",
    help: "Duration.",
    labelNames: ["route"],
    buckets,
    registers,
  });
  new TheirGauge({ name: "jobs", help: "Jobs.", registers }).set(3);

  const requests = new Counter("requests_total", "Requests.", true);
  const seconds = new Counter("seconds_total", "Seconds.");
  const duration = new Histogram("duration_seconds", "Duration.", buckets);
  const render = (): string => renderFigures([requests, seconds, duration, readFigure("jobs", "Jobs.", () => 3)]);
  expect(render()).toBe(await registers[0]!.metrics());

  for (const [route, status] of [
    ["/v1/a", "200"],
    ["/v1/a", "429"],
    ['a "quoted" \\ \n route', "200"],
    ["/v1/a", "200"],
  ] as const) {
    theirs.inc({ route, status });
    requests.add(1, { route, status });
  }
  plain.inc(2.5);
  seconds.add(2.5);
  for (const value of [0, 0.005, 0.05, 0.5, 7]) {
    for (const route of ["/v1/a", "/v1/b"]) {
      their.observe({ route }, value);
      duration.observe(value, { route });
    }
  }
  expect(render()).toBe(await registers[0]!.metrics());
  expect(PROMETHEUS_TYPE).toBe(registers[0]!.contentType);
});

test("figures of the process are those of the system", () => {
  const text = renderFigures(processFigures());
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)![1]);
  expect(Math.abs(value("process_resident_memory_bytes") / process.memoryUsage.rss() - 1)).toBeLessThan(0.2);
  expect(value("process_start_time_seconds")).toBeCloseTo(Date.now() / 1000 - process.uptime(), 0);
  expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(value("nodejs_heap_size_used_bytes")).toBeLessThan(value("process_resident_memory_bytes"));
});
