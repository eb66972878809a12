import { describe, expect, it } from "vitest";
import { proveNoteWear, proveWear } from "../../src/prover/wear.js";

describe("wear", () => {
  const rows = proveWear(200);

  it("is counted for every kind of thing that is written, and 27 updates a day leave ten years of any", () => {
    expect(rows.map(({ layout, path }) => `${layout}/${path}`)).toEqual([
      "esp32-devkit/app",
      "esp32-devkit/agent",
      "esp32-devkit/update-mode",
      "esp32-devkit/notes",
      "esp32-devkit/storage",
      "esp32-devkit/firmware",
      "arduino-esp8266-4m1m/eboot",
      "arduino-esp8266-4m1m/eboot-flash",
    ]);
    for (const { path, parts } of rows) {
      expect(parts.length, path).toBeGreaterThan(0);
      // Two slots take turns, eboot's sketch has one place; all else is written far less often.
      expect(parts[0][1], path).toBeLessThanOrEqual(path.startsWith("eboot") ? 10_000 : 5000);
    }
    const [app, , alone] = rows;
    expect(new Map(app.parts).get("journal")).toBeLessThan(1000);
    expect(new Map(alone.parts).get("notes")).toBeLessThan(1000);
  });

  it("of what ota.remember allows is no more than data sheets promise", () => {
    for (const { length, erases } of proveNoteWear()) {
      expect(erases, `${length} characters`).toBeGreaterThan(50_000);
      expect(erases, `${length} characters`).toBeLessThanOrEqual(100_000);
    }
  });
});
