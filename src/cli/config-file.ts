import { readFileSync } from "node:fs";
import { ParameterError } from "../errors.ts";
import { unreadable } from "../files.node.ts";

/** The settings in the file of `--config`. @throws InputError `file_missing`, `file_not_a_file`, `file_unreadable`; ParameterError when it holds no JSON object. */
export function readConfig(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw unreadable(`--config: ${file}`, cause, "a JSON file");
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new ParameterError(`--config: ${file} is no JSON (${(cause as Error).message})`, { cause });
  }
  throw new ParameterError(`--config: ${file} must hold a JSON object of settings`);
}
