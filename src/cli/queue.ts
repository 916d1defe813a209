import { type Command, Option } from "commander";
import { drainQueue, queueStatus, type QueueStatus, retryDeadLetters } from "../batch/index.ts";
import { ParameterError } from "../errors.ts";
import type { CliCommand } from "./command.ts";
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
    cmd.argument(
      "<action>",
      "status; retry: put the dead letters back; drain: throw everything away, unfetched results too",
    );
    addQueueOptions(cmd);
    cmd.addOption(new Option("--json", "status as one JSON object"));
  },

  async run([action], { json, ...address }, { stdout }) {
    if (action === "status") {
      const status = await queueStatus(address);
      stdout.write(json === true ? `${JSON.stringify(status)}\n` : renderStatus(status));
    } else if (action === "retry") {
      const count = await retryDeadLetters(address);
      stdout.write(`${count} dead letters are in the queue again; the ser batch command takes their results\n`);
    } else if (action === "drain") {
      stdout.write(`${await drainQueue(address)} jobs thrown away\n`);
    } else {
      throw new ParameterError(`ser queue: "${action}" is no action; there are ${ACTIONS.join(", ")}`);
    }
    return 0;
  },
};

function renderStatus(status: QueueStatus): string {
  const { batch, workers, waiting, active, delayed, done, deadLetters, newestFailures, redisBytes } = status;
  const lines = [
    `queue ${status.queue}: ${batch === null ? "no batch" : `results go to ${batch.out}, model ${batch.name}`}`,
    `workers       ${workers}`,
    `waiting       ${waiting}`,
    `active        ${active}`,
    `tried again   ${delayed}`,
    `done          ${done}`,
    `dead letters  ${deadLetters}`,
    `Redis memory  ${(redisBytes / 2 ** 20).toFixed(1)} MB`,
    ...newestFailures.map(({ code, message }) => `  ${code}: ${message}`),
  ];
  return `${lines.join("\n")}\n`;
}
