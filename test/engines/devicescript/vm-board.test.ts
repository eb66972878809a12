import { afterEach, describe, expect, it } from "vitest";
import { VmBoard } from "../../support/devicescript/vm-board.js";

describe("the board for tests", () => {
  const boards: VmBoard[] = [];
  const board = (id: string): VmBoard => {
    const made = new VmBoard(id);
    boards.push(made);
    return made;
  };
  afterEach(async () => {
    for (const made of boards.splice(0)) await made.remove();
  });

  it("runs twice at the same time, and starts again after a power cut", async () => {
    const first = board("1111111111111111");
    const second = board("2222222222222222");
    await Promise.all([first.powerOn(), second.powerOn()]);
    expect((await first.manager()).device.deviceId).toBe("1111111111111111");
    expect((await second.manager()).device.deviceId).toBe("2222222222222222");
    await first.powerOff();
    await first.powerOn();
    expect((await first.manager()).device.deviceId).toBe("1111111111111111");
  });
});
