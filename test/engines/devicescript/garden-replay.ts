import type { Life, Tick } from "../../devs/garden/recording.js";

/** Silent ticks that are kept before and after anything that happens; what lies between passes at once. */
const margin = 25;

/** A recorded life as lines for the program in programs/garden-player.ts. */
export function linesOf(life: Life): string[] {
  const { plumbing, program, recalled, reason, start } = life;
  const lines = [`B ${JSON.stringify({ plumbing, program, recalled, reason, now: start })}`];
  let run: Tick[] = [];
  for (const asked of life.asked)
    if (asked.kind === "tick") run.push(asked);
    else {
      lines.push(...ticks(run), asked.line);
      run = [];
    }
  lines.push(...ticks(run), "X");
  return lines;
}

/** `T count inputs` for ticks in a row, `J ms` for time without any. */
function ticks(run: readonly Tick[]): string[] {
  const lines: string[] = [];
  for (let i = 0; i < run.length; ) {
    let end = i + 1;
    while (end < run.length && run[end].inputs === run[i].inputs && !run[end].loud) end++;
    const count = end - i;
    if (count > 2 * margin + 1) {
      lines.push(`T ${margin + 1} ${run[i].inputs}`, `J ${(count - 2 * margin - 1) * 100}`);
      lines.push(`T ${margin} ${run[i].inputs}`);
    } else lines.push(`T ${count} ${run[i].inputs}`);
    i = end;
  }
  return lines;
}
