import { existsSync, realpathSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { InputError, ParameterError } from "../errors.ts";
import type { TextOutput } from "./command.ts";
import { didYouMeanFile } from "./nearest-file.ts";

/** `--json`, as commander declares it. */
export const JSON_OPTION = ["--json", "one JSON object on standard output"] as const;

/** Tells the outcome of a command on stdout: `text` (whole lines) for people, `value` on one line with `--json`. */
export function tell(stdout: TextOutput, json: true | undefined, value: object, text: string): void {
  stdout.write(json === true ? `${JSON.stringify(value)}\n` : text);
}

/**
 * Keeps an input from being written over.
 *
 * @param option What the message calls the output: "--out".
 */
export function assertOther(option: string, file: string, input: string): void {
  if (!existsSync(file) || !existsSync(input) || realpathSync(file) !== realpathSync(input)) return;
  throw new ParameterError(`${option}: ${file} is what is read; give another name`);
}

/**
 * Fails now, not after hours of work, when a file cannot be written.
 *
 * @param option What the message calls it: "--out".
 * @param ending What its name must end in: ".onnx".
 */
export async function assertWritable(option: string, file: string, ending: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  if (!file.endsWith(ending)) throw new ParameterError(`${option}: "${file}" must end in ${ending}`);
  if (!existsSync(folder))
    throw new InputError("file_missing", `${option}: there is no folder ${folder}${didYouMeanFile(folder)}`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new InputError("file_unreadable", `${option}: the folder ${folder} cannot be written to`, { cause });
  });
}
