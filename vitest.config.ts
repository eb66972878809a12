import { defineConfig } from "vitest/config";

// vitest wants a default export here; everywhere else named exports only.
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/engines/**", "node_modules/**", "dist/**"],
    globalSetup: ["test/support/bundle-cache.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
