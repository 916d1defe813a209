/** Documents that `npm test` runs, but for their trainings; the bar of issue 12 runs all, whole. */
export const QUICK: readonly string[] = ["README.md", "docs/recognise.md", "docs/server.md", "docs/training-engine.md"];

/** Blocks that train or test: with one epoch, on a few hundred short recordings, still several seconds each. */
export const SLOW: RegExp = /\bser (?:train|evaluate|protocol|robustness)\b/u;

/** Documents with blocks that look like something to run and are marked as text, and why. */
export const TOLD: Readonly<Record<string, string>> = {};
