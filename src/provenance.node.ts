import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The version of this package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { version: string }).version;
}

/** Which version of this package is running, and which commit where it runs from a clone ("+" when it was changed). */
export function provenance(): { readonly version: string; readonly commit?: string } {
  const version = packageVersion();
  if (!existsSync(`${root}.git`)) return { version };
  try {
    const git = (...args: string[]): string =>
      execFileSync("git", ["-C", root, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    const changed = git("status", "--porcelain", "--untracked-files=no") === "" ? "" : "+";
    return { version, commit: git("rev-parse", "--short=12", "HEAD") + changed };
  } catch {
    // No git on this machine, or no commit yet: the version alone has to do.
    return { version };
  }
}
