import { ParameterError } from "../errors.ts";

/** `--corpora`, as commander declares it for commands that go through recordings. */
export const CORPORA_OPTION = [
  "--corpora <paths...>",
  "folders of corpora, or manifests (CSV, JSONL) of your own recordings",
] as const;

/** @throws ParameterError unless `--corpora` was given */
export function requireCorpora(corpora: readonly string[] | undefined): asserts corpora is readonly string[] {
  if (corpora === undefined) {
    throw new ParameterError("--corpora: give at least one folder of recordings, or a manifest");
  }
}
