// Empties dist/ so that a renamed source never leaves its old output behind; dist/web is emptied by its own build.
import { existsSync, readdirSync, rmSync } from "node:fs";
const dist = new URL("../dist/", import.meta.url);
const names = existsSync(dist) ? readdirSync(dist) : [];
for (const name of names) if (name !== "web") rmSync(new URL(name, dist), { recursive: true, force: true });
