import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { type Bar, root } from "./bar.ts";
import { meanGain, VARIANTS, voiceGains } from "./voice-gain.ts";

/**
 * Models whose folds left speakers out, as `ser protocol four-corpora --preset default --keep-models runs/models` leaves them:
 * the model that ships has met every speaker.
 */
const folder = process.env["SER_MODELS"] ?? path.join(root, "runs/models");

/** The bar of issue 8 that is of voice calibration. */
export const VOICE_BARS: readonly Bar[] = [
  {
    name: "issue 8: UAR gained on unseen speakers by neutral seconds or 10 labelled clips",
    goal: "≥ +3 points",
    async run() {
      const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.startsWith("four-corpora-")) : [];
      if (files.length === 0) {
        throw new Error(
          `no models of folds in ${folder}: ser protocol four-corpora --preset default --keep-models, SER_MODELS`,
        );
      }
      const gains = await voiceGains(files.sort().map((file) => path.join(folder, file)));
      const found = VARIANTS.filter(({ name, of }) => of === 10 && !name.includes(" and ")).map(({ name }) => {
        const { before, after, interval, speakers } = meanGain(gains, name);
        const range = interval === null ? "" : ` (${interval.map((end) => end.toFixed(1)).join(" … ")})`;
        return { points: after - before, text: `${name} ${(after - before).toFixed(1)}${range}`, speakers };
      });
      return {
        measured: `${found.map(({ text }) => text).join(", ")}; ${found[0]!.speakers} speakers`,
        met: found.some(({ points }) => points >= 3),
      };
    },
  },
];
