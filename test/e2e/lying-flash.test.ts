import { describe, expect, test } from "vitest";
import { FlashFault } from "../../src/board/flash-fault.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { esp32, garden1, garden2, remade } from "../support/test-bundles.js";

const password = "dandelion";
const storage = esp32.espruino?.storage.offset ?? 0;
const journal = { start: storage + 4096, end: storage + 3 * 4096 };

/** From now on, as long as `only` has it so, writes come to nothing, in silence or with an error. */
function losesWrites(board: GardenBoard, kind: "lost-write" | "throws"): () => void {
  board.flash.fault = new FlashFault({ kind, from: board.flash.operations });
  return () => {
    board.flash.fault = undefined;
  };
}

/** The chip fails as soon as the boot journal is written to, and from then on. */
function failsInJournal(board: GardenBoard, kind: "lost-write" | "throws", count?: number): void {
  const { flash } = board;
  flash.hook = ({ index, address }) => {
    if (flash.fault !== undefined || address < journal.start || address >= journal.end) return undefined;
    flash.fault = new FlashFault(count === undefined ? { kind, from: index } : { kind, from: index, count });
    return undefined;
  };
}

interface Read {
  /** Reads before the start. */
  readonly start: number;
  readonly read: number;
}

/** Some two dozen of the reads of Sluice's store in a start; what the engine reads of `.boot0` is beyond any program. */
async function readsOfAStart(board: GardenBoard): Promise<Read[]> {
  const { flash } = board;
  const found: Read[] = [];
  const start = flash.reads;
  const read = flash.read.bind(flash);
  flash.read = (address, length) => {
    if (address >= journal.start && address < storage + 0x90000) found.push({ start, read: flash.reads });
    return read(address, length);
  };
  await board.ready(board.powerCycle());
  flash.read = read;
  const step = Math.ceil(found.length / 24);
  return found.filter((_, index) => index % step === 0 || index < 8);
}

function program(code: string): Promise<Uint8Array> {
  return garden1().then((bundle) =>
    remade(bundle, { name: "probe", version: "1.0.0", startLength: code.length }, code),
  );
}

describe("an update on flash that lies", () => {
  test.each(["lost-write", "throws"] as const)(
    "is refused before its OK when its record is not kept: %s",
    async (kind) => {
      await withBoard({ app: await garden1(), password }, async (board) => {
        await board.ready();
        failsInJournal(board, kind);
        const why = await board.refused(await garden2());
        expect(why.code).toBe("COMMIT_FAILED");
        expect(why.message).toContain("journal");
        board.flash.hook = undefined;
        board.flash.fault = undefined;
        const from = board.powerCycle();
        expect(await board.ready(from)).toMatchObject({ app: "garden@1.0.0", trial: false });
        expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
      });
    },
  );

  test("gets its OK, and runs, when one byte of the journal does not take its record, or five", async () => {
    for (const count of [1, 5]) {
      await withBoard({ app: await garden1(), password }, async (board) => {
        await board.ready();
        failsInJournal(board, "lost-write", count);
        expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
        board.flash.hook = undefined;
        const from = board.powerCycle();
        expect(await board.ready(from)).toMatchObject({ app: "garden@2.0.0", trial: false });
      });
    }
  });
});

describe("a start on flash that lies", () => {
  test.each(["lost-write", "throws"] as const)(
    "comes up with what runs where nothing is kept: %s",
    async (kind) => {
      await withBoard({ app: await garden1(), password }, async (board) => {
        await board.ready();
        await board.update(await garden2());
        losesWrites(board, kind);
        for (let i = 0; i < 3; i++) {
          board.virtual.reset("watchdog");
          expect(await board.ready(board.events.length)).toMatchObject({ app: "garden@2.0.0" });
        }
      });
    },
  );

  test("does not confirm what flash does not keep, and says so", async () => {
    await withBoard({ app: await garden1(), password }, async (board) => {
      await board.ready();
      await board.upload(await garden2());
      const trial = await board.wait("trial", { app: "garden@2.0.0" });
      const mend = losesWrites(board, "throws");
      await board.wait("error", { code: "COMMIT_FAILED" }, board.after(trial));
      expect(board.all("confirmed")).toEqual([]);
      expect((await board.refused(await garden2())).code).toBe("ON_TRIAL");
      mend();
      await board.hurry(board.wait("confirmed", { app: "garden@2.0.0" }));
    });
  });

  test("a program that crashes there is restarted once a crash, and the board is reached", async () => {
    const app = await program(
      `(function(){require("sluice").ota.begin({});setTimeout(function(){throw new Error("crash")},5000);})();`,
    );
    await withBoard({ app }, async (board) => {
      await board.ready();
      losesWrites(board, "throws");
      for (let i = 0; i < 3; i++) {
        const crash = await board.wait("app-error", {}, board.events.length);
        await board.ready(board.after(crash));
      }
      expect(board.all("app-error")).toHaveLength(3);
      expect(board.all("hang")).toEqual([]);
    });
  });

  test("is not misled by one flipped read, wherever it comes", async () => {
    await withBoard({ app: await garden1(), password }, async (board) => {
      await board.ready();
      await board.update(await garden2());
      for (const [at, { start, read }] of (await readsOfAStart(board)).entries()) {
        const from = board.flash.reads + read - start;
        board.flash.fault = new FlashFault({ kind: "flipped-read", from, count: 1, seed: at });
        await board.ready(board.powerCycle());
        board.flash.fault = undefined;
      }
      const last = board.powerCycle();
      expect(await board.ready(last)).toMatchObject({ app: "garden@2.0.0", trial: false });
      expect(board.all("rolled-back")).toEqual([]);
    });
  });
});

describe("ota.remember", () => {
  const tries = `(function(){var ota=require("sluice").ota;ota.begin({});print("was "+ota.recall().length);
    globalThis.keep=function(n){try{ota.remember(n);print("kept "+ota.recall().length)}catch(e){print("threw "+e.message)}}})();`;

  test("throws what is too long, or not kept, and keeps the last one", async () => {
    await withBoard({ app: await program(tries) }, async (board) => {
      await board.ready();
      const says = async (code: string): Promise<string> => {
        board.virtual.run(code, "console");
        await board.lives(100);
        return board.virtual.console.at(-1) ?? "";
      };
      expect(await says('keep("n".repeat(500))')).toBe("kept 500");
      expect(await says('keep("n".repeat(501))')).toMatch(
        /^threw NOTE_TOO_LONG: 501 characters, 500 at most/,
      );
      for (const odd of ["keep(123)", "keep({ zone: 3 })", "keep(undefined)", "keep(new Uint8Array(3))"])
        expect(await says(odd)).toMatch(/^threw NOTE_NOT_TEXT/);
      const mend = losesWrites(board, "throws");
      expect(await says('keep("other")')).toMatch(/^threw NOTE_NOT_KEPT/);
      // What is in flash already needs no writing.
      expect(await says('keep("n".repeat(500))')).toBe("kept 500");
      mend();
      const from = board.powerCycle();
      await board.ready(from);
      expect(board.virtual.console.filter((line) => line.startsWith("was ")).at(-1)).toBe("was 500");
    });
  });

  test("wears flash out in ten years at the worst, and lets a program note often for hours", async () => {
    await withBoard({ app: await program(tries) }, async (board) => {
      await board.ready();
      const erases = (): number => board.flash.erases.reduce((sum, one) => sum + one, 0);
      const before = erases();
      // An hour of watering with a note of 48 characters every ten seconds.
      board.virtual.run(
        `var i=0;setInterval(function(){keep(("zone 3 of spring "+i++).padEnd(48,"-"))},10000)`,
        "console",
      );
      await board.hurry(board.lives(3600_000));
      expect(board.virtual.console.filter((line) => line.startsWith("threw"))).toEqual([]);
      // And 500 characters a second.
      board.virtual.run(`setInterval(function(){keep((""+i++).padEnd(500,"x"))},1000)`, "console");
      await board.hurry(board.lives(300_000));
      expect(board.virtual.console.some((line) => line.startsWith("threw NOTE_TOO_OFTEN"))).toBe(true);
      expect(erases() - before).toBeLessThan(20);
    });
  });
});
