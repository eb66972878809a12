import { linux } from "../../boards/linux.js";
import { manualClock } from "../../src/board/manual-clock.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { answerOf, prelude } from "./probe.js";

/** The answer of the virtual board: what it prints in two seconds of its time, or until it quits. */
export async function onVirtual(program: string, sockets = false): Promise<string[]> {
  const clock = sockets ? undefined : manualClock();
  const virtual = new VirtualBoard({ board: linux, ...(clock && { clock }) });
  virtual.powerOn();
  virtual.run(`${prelude}setTimeout(${JSON.stringify(program)}, 0);`, "probe");
  if (clock) clock.advance(2000);
  else for (let ms = 0; virtual.running && ms < 5000; ms += 5) await new Promise((go) => setTimeout(go, 5));
  await virtual.stop();
  return answerOf(virtual.console.join("\n"));
}
