import { defineConfig, type ViteUserConfig } from "vitest/config";

/** `npm run test:reference`: tests that call the reference implementations live. They need Python and, mostly, the real recordings. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ["test/**/*.reference.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    setupFiles: ["test/setup.ts"],
    maxWorkers: 1,
  },
});

export default config;
