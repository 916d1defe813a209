import type { Command } from "commander";
import type { Failure } from "../batch/index.ts";
import { drainFleet, fleetStatus, type FleetStatus, retryFleet } from "../fleet/index.ts";
import { alignRows } from "../metrics/index.ts";
import { choiceArgument } from "./choice.ts";
import type { CliCommand } from "./command.ts";
import { JSON_OPTION, tell } from "./output.ts";
import { addQueueOptions, type QueueOptions } from "./queue-options.ts";

const ACTIONS = ["status", "retry", "drain"] as const;

/** `ser queue`: what a queue in Redis holds. */
export const command: CliCommand<QueueOptions & { readonly json?: true }> = {
  examples: [
    "ser queue status --redis redis://10.0.0.5:6379",
    "ser queue retry --redis redis://10.0.0.5:6379",
    "ser queue drain --redis redis://10.0.0.5:6379 --queue nightly",
  ],

  configure(cmd: Command) {
    cmd.addArgument(
      choiceArgument(
        "<action>",
        "status; retry: put the dead letters back; drain: throw everything away, unfetched results too",
        ACTIONS,
      ),
    );
    addQueueOptions(cmd);
    cmd.option(...JSON_OPTION);
  },

  async run([action], { json, ...address }, { stdout }) {
    if (action === "status") {
      const status = await fleetStatus(address);
      tell(stdout, json, status, renderStatus(status));
    } else if (action === "retry") {
      const { recordings, training } = await retryFleet(address);
      const which = training > 0 ? ` (${recordings} recordings, ${training} trainings)` : "";
      const who = training > 0 ? "who submitted them" : "the ser batch command";
      const text = `${recordings + training} dead letters${which} are in the queue again; ${who} takes their results\n`;
      tell(stdout, json, { queue: address.queue, recordings, training }, text);
    } else {
      const dropped = await drainFleet(address);
      tell(stdout, json, { queue: address.queue, dropped }, `${dropped} jobs thrown away\n`);
    }
    return 0;
  },
};

function renderStatus(status: FleetStatus): string {
  const { batch, training, newestFailures, redisBytes } = status;
  const failure = ({ code, message }: Failure): string => `  ${code}: ${message}`;
  const both = (name: string, key: "workers" | "waiting" | "active" | "delayed" | "done" | "deadLetters"): string[] => [
    name,
    String(status[key]),
    String(training[key]),
  ];
  const lines = [
    `queue ${status.queue}: ${batch === null ? "no batch" : `results go to ${batch.out}, model ${batch.name}`}`,
    ...alignRows([
      ["", "recordings", "training"],
      both("workers", "workers"),
      both("waiting", "waiting"),
      both("active", "active"),
      both("tried again", "delayed"),
      both("done", "done"),
      both("dead letters", "deadLetters"),
    ]),
    `Redis memory  ${(redisBytes / 2 ** 20).toFixed(1)} MB`,
    ...newestFailures.map(failure),
    ...training.newestFailures.map(failure),
  ];
  return `${lines.join("\n")}\n`;
}
