import { defineConfig } from "vitest/config";

// vitest wants a default export here; everywhere else named exports only.
// biome-ignore lint/style/noDefaultExport: the config loader reads the default export
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/engines/**", "test/netns/**", "test/browser/**", "node_modules/**", "dist/**"],
    globalSetup: ["test/support/bundle-cache.ts"],
    testTimeout: 180_000,
    // Many tests wait for sockets and motors; more workers than cores keep both cores busy. Files share a worker's
    // modules: loading them anew for each file costs more than all tests together.
    isolate: false,
    maxWorkers: 4,
    hookTimeout: 180_000,
  },
});
