import { expect, test } from "vitest";
import { withBoard } from "../support/garden-board.js";
import { broken, garden1, garden2 } from "../support/test-bundles.js";

const password = "dandelion";

// In a file of its own and one after the other: a hanging sandbox stops everything else in its process.
for (const how of ["hangs", "hangs-at-start"])
  test(`the watchdog ends a version that ${how.replaceAll("-", " ")}, and the old one returns`, async () => {
    await withBoard({ app: await garden1(), password, hangMs: 750 }, async (board) => {
      await board.ready();
      board.protect("app", 0);
      await board.upload(await broken(how));
      const back = await board.wait("boot", { app: "garden@1.0.0", why: "rollback" });
      expect(back).toMatchObject({ slot: "a" });
      expect(board.all("reset").filter(({ reason }) => reason === "watchdog")).toHaveLength(4);
      expect(board.pinChanges.filter(({ level }) => level === 1)).toEqual([]);
      expect(await board.ready(board.after(back))).toBeDefined();
      if (how === "hangs") expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
    });
  });
