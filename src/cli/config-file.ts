import { readFileSync } from "node:fs";
import { InputError, ParameterError } from "../errors.ts";

/** The settings in the file of `--config`. @throws InputError `file_missing`; ParameterError when it holds no JSON object. */
export function readConfig(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new InputError("file_missing", `--config: ${file} cannot be read`, { cause });
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new ParameterError(`--config: ${file} is no JSON (${(cause as Error).message})`, { cause });
  }
  throw new ParameterError(`--config: ${file} must hold a JSON object of settings`);
}
