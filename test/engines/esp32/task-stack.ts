import type { DebugLink } from "./debug-link.js";

/** Where the operating system has its tasks. */
const ram = 0x3ffae000;
const ramLength = 0x52000;
/** What a new stack is filled with. */
const fill = 0xa5;
const taskName = "espruinoTask";
const nameLength = 16;
/** What a line typed on the console takes of the stack, with room to spare. */
const consoleUse = 6500;

/** Of a task's control block: where the stack pointer was left, lowest address, name, core, end of the stack. */
const topBefore = 52;
const startBefore = 4;
const endBehind = nameLength + 4;

export interface StackPlace {
  readonly block: number;
  readonly start: number;
  readonly end: number;
}

/** The C stack of the task that runs Espruino, found by the task's name. */
export async function findStack(link: DebugLink): Promise<StackPlace> {
  const memory = await link.read(ram, ramLength);
  const isPlace = (address: number) => address >= ram && address < ram + ramLength;
  for (let at = memory.indexOf(taskName); at >= 0; at = memory.indexOf(taskName, at + 1)) {
    if (at < topBefore || at + endBehind + 4 > memory.length) continue;
    const start = memory.readUInt32LE(at - startBefore);
    const end = memory.readUInt32LE(at + endBehind);
    if (isPlace(start) && isPlace(end) && end > start && end - start < 0x10000)
      return { block: ram + at - topBefore, start, end };
  }
  throw new Error(`no task ${taskName} in memory`);
}

/** Bytes of it that were in use at most. */
export async function stackUsed(link: DebugLink, { start, end }: StackPlace): Promise<number> {
  const stack = await link.read(start, end - start);
  let at = 0;
  while (at < stack.length && stack[at] === fill) at++;
  return stack.length - at;
}

/**
 * A line for the console that forgets the highest use so far: the task itself paints what it does not use. From outside
 * its depth cannot be seen.
 */
export function paintLine({ start, end }: StackPlace): string {
  const words = `new Uint32Array(64).fill(0x${`${fill.toString(16)}`.repeat(4)})`;
  return `(function(w){for(var a=${start};a<${end - consoleUse - 256};a+=256)poke32(a,w)})(${words})`;
}
