import type { Command } from "commander";
import { readResults, writeReport } from "../evaluate/index.ts";
import type { CliCommand } from "./command.ts";
import { JSON_OPTION, tell } from "./output.ts";

interface ReportOptions {
  readonly out: string;
  readonly title: string;
  readonly json?: true;
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
      .option("--title <text>", "heading of the report", "Speech emotion recognition: evaluation")
      .option(...JSON_OPTION);
  },

  async run(files, { out, title, json }, { stdout }) {
    const [page, ...others] = await writeReport(out, title, await readResults(files));
    tell(
      stdout,
      json,
      { page, files: others },
      `wrote ${page} (one page, nothing else needed) and ${others.length} other files in ${out}\n`,
    );
    return 0;
  },
};
