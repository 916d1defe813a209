/** The package's version; vite.config.ts puts it in. */
declare const __VERSION__: string;

/** The table of docs/voice-calibration.md; vite.config.ts puts it in. */
declare const __GAINS__: import("../build/gains.ts").Gains;
