import { defineConfig } from "vitest/config";

/** A real browser against the virtual board: `npm run test:browser`; CHROMIUM names another one than /usr/bin/chromium. */
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/browser/**/*.test.ts"],
    globalSetup: ["test/support/bundle-cache.ts"],
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
