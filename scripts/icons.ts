/** web/public/icon.svg → the PNG icons that systems want for an installed page, drawn by Chromium. Run by `npx tsx scripts/icons.ts`. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { launchChromium } from "../test/browser/chromium.ts";

const folder = fileURLToPath(new URL("../web/public/", import.meta.url));
const svg = readFileSync(`${folder}icon.svg`, "utf8");
const browser = await launchChromium();
for (const [name, size, padding] of [
  ["icon-192.png", 192, 0],
  ["icon-512.png", 512, 0],
  // Systems cut these to a shape of their own: ground to the edges, the drawing in the middle four fifths.
  ["icon-maskable-512.png", 512, 51],
] as const) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const ground = padding > 0 ? "#121316" : "transparent";
  await page.setContent(
    `<style>html,body{margin:0;background:${ground}}svg{display:block;width:${size - 2 * padding}px;margin:${padding}px}</style>${svg}`,
  );
  await page.screenshot({ path: folder + name, omitBackground: true });
}
await browser.close();
