// Empties dist/ so that a renamed source never leaves its old output behind.
import { rmSync } from "node:fs";
rmSync(new URL("../dist", import.meta.url), { recursive: true, force: true });
