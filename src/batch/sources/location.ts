import path from "node:path";
import { ParameterError } from "../../errors.ts";

/** Whether a recording lies behind an address and not on a disk. */
export function isAddress(location: string): boolean {
  return /^(https?|s3):\/\//i.test(location);
}

/**
 * A file or folder as all machines know it: an address as it is, an absolute path, or, where `root` is given, a path relative
 * to it with `/` between folders, "" for the root itself.
 *
 * @throws ParameterError for what is not in the root
 */
export function locationOf(file: string, root: string | undefined): string {
  if (isAddress(file)) return file;
  const absolute = path.resolve(file);
  if (root === undefined) return absolute;
  const relative = path.relative(path.resolve(root), absolute);
  if (relative === ".." || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) {
    throw new ParameterError(`${file}: is not in the folder that --root says, ${path.resolve(root)}`);
  }
  return relative.split(path.sep).join("/");
}

/** Where a location on a disk lies on this machine. @param root what relative ones are relative to */
export function pathOf(location: string, root: string | undefined): string {
  return path.resolve(root ?? "/", location);
}
