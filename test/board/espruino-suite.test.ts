import { linux } from "../../boards/linux.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { espruinoProgram } from "../engines/suite/espruino-program.js";
import { suiteTests } from "../engines/suite/run.js";

// The same programs run on the real Espruino (test/engines/espruino/suite.test.ts): both must answer alike.
suiteTests(async (part) => {
  const board = new VirtualBoard({ board: linux });
  try {
    const code = await espruinoProgram(part);
    const ended = board.waitFor((event) => event.event === "console" && event["text"] === "#end", 20_000);
    board.powerOn();
    board.run(code, part);
    await ended;
    return board.console;
  } finally {
    await board.stop();
  }
});
