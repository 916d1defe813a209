#!/usr/bin/env node
// Committed (not built), so that npm can link it before `prepare` has compiled dist/.
await import("../dist/cli/main.js");
