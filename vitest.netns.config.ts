import { defineConfig } from "vitest/config";

// Tests with real multicast, in network namespaces that they make; each says "skipped" where it may not make them.
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/netns/**/*.test.ts"],
    globalSetup: ["test/support/bundle-cache.ts"],
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
