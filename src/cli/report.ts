import type { Command } from "commander";
import { readResults, writeReport } from "../evaluate/index.ts";
import type { CliCommand } from "./command.ts";

interface ReportOptions {
  readonly out: string;
  readonly title: string;
}

/** `ser report`: results as a page and as Markdown. */
export const command: CliCommand<ReportOptions> = {
  examples: [
    "ser report results/protocols/seed-ravdess-emobox.json --out report",
    "ser report honest.json leaky.json --out report --title 'What the random split hides'",
  ],

  configure(cmd: Command) {
    cmd
      .argument("<results...>", 'what "ser evaluate --json" or "ser protocol" wrote, or *.answers.csv alone')
      .requiredOption("--out <folder>", "where index.html, report.md and figures/*.svg are written")
      .option("--title <text>", "heading of the report", "Speech emotion recognition: evaluation");
  },

  async run(files, { out, title }, { stdout }) {
    const [page, ...others] = await writeReport(out, title, await readResults(files));
    stdout.write(`wrote ${page} (one page, nothing else needed) and ${others.length} other files in ${out}\n`);
    return 0;
  },
};
