import { spawnSync } from "node:child_process";

/** True where ffmpeg is, which makes files in formats that we only read; `.ci/run` installs it. A line says that tests were skipped. */
export const HAS_FFMPEG: boolean = spawnSync("ffmpeg", ["-version"]).status === 0;
if (!HAS_FFMPEG) console.warn("SKIPPED: tests that need ffmpeg to make their files (apt-get install ffmpeg)");
