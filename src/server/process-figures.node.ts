import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Figure, readFigure } from "./prometheus.ts";

/** Figures of this process, under the names that dashboards for Node know. */
export function processFigures(): Figure[] {
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const started = Date.now() / 1000 - process.uptime();
  const cpu = (): number => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
  return [
    readFigure("process_cpu_seconds_total", "Processor time, all threads.", cpu, "counter"),
    readFigure("process_start_time_seconds", "Start of the process, Unix time.", () => started),
    readFigure("process_resident_memory_bytes", "Memory that the process holds.", () => process.memoryUsage.rss()),
    readFigure("nodejs_heap_size_used_bytes", "Of it, JavaScript's objects.", () => process.memoryUsage().heapUsed),
    readFigure("nodejs_external_memory_bytes", "Of it, outside of the heap.", () => process.memoryUsage().external),
    readFigure(
      "nodejs_eventloop_lag_p99_seconds",
      "How late the main thread is, 99th percentile since it was last asked.",
      () => {
        const lag = loop.percentile(99) / 1e9;
        loop.reset();
        return lag;
      },
    ),
  ];
}
