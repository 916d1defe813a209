import { existsSync } from "node:fs";
import { access, constants } from "node:fs/promises";
import path from "node:path";
import { InputError, ParameterError } from "../errors.ts";

/**
 * Fails now, not after hours of work, when a file cannot be written.
 *
 * @param option What the message calls it: "--out".
 * @param ending What its name must end in: ".onnx".
 */
export async function assertWritable(option: string, file: string, ending: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  if (!file.endsWith(ending)) throw new ParameterError(`${option}: "${file}" must end in ${ending}`);
  if (!existsSync(folder)) throw new InputError("file_missing", `${option}: there is no folder ${folder}`);
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    throw new InputError("file_unreadable", `${option}: the folder ${folder} cannot be written to`, { cause });
  });
}
