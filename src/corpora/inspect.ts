import type { ExtractedFacts, ExtractFailure } from "./extract.ts";
import { groupBy } from "../grouping.ts";
import type { Problem } from "./utterance.ts";

/**
 * What only the decoded audio shows: recordings that cannot be used, that are silent, or whose samples are identical to
 * another's. Takes what `extractFacts` or `extractFeatures` yields.
 */
export function inspectRecordings(results: readonly (ExtractedFacts | ExtractFailure)[]): Problem[] {
  const problems: Problem[] = [];
  const audible: ExtractedFacts[] = [];
  for (const result of results) {
    const { utterance } = result;
    const about = { corpus: utterance.corpus, paths: [utterance.path] };
    if ("error" in result) {
      const code = result.error.code.startsWith("audio_") ? "undecodable" : "unreadable";
      problems.push({ code, ...about, message: `${utterance.id}: ${result.error.message}` });
    } else if (result.facts.silent) {
      problems.push({ code: "silent", ...about, message: `${utterance.id} is silent (${utterance.path})` });
    } else {
      audible.push(result);
    }
  }
  for (const group of groupBy(audible, ({ facts }) => facts.pcmHash).values()) {
    if (group.length === 1) continue;
    const ids = group.map(({ utterance }) => utterance.id).join(", ");
    const emotions = [...new Set(group.map(({ utterance }) => utterance.emotion))].join(" and ");
    problems.push({
      code: "duplicate_audio",
      corpus: group[0]!.utterance.corpus,
      paths: group.map(({ utterance }) => utterance.path),
      message: `the same audio under ${group.length} names, labelled ${emotions}: ${ids}`,
    });
  }
  return problems;
}
