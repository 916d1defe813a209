import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

/** Debian's Chromium; `.ci/run` installs it, elsewhere `SER_CHROMIUM` names one. */
const CHROMIUM = process.env["SER_CHROMIUM"] ?? "/usr/bin/chromium";

/** True where there is a Chromium; `describe.skipIf(!HAS_CHROMIUM)`, and a line says that tests were skipped. */
export const HAS_CHROMIUM: boolean = existsSync(CHROMIUM);
if (!HAS_CHROMIUM) console.warn(`SKIPPED: tests in a browser, there is no Chromium at ${CHROMIUM} (set SER_CHROMIUM)`);

/**
 * A headless Chromium that fetches nothing by itself.
 *
 * @param microphone a wav file that it takes for its microphone's sound, over and over
 * @param more command-line switches
 */
export function launchChromium(microphone?: string, more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
      ...(microphone === undefined
        ? []
        : [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            `--use-file-for-fake-audio-capture=${microphone}`,
            "--autoplay-policy=no-user-gesture-required",
          ]),
    ],
  });
}
