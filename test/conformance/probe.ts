/**
 * Programs of an area, by their names. What a program prints is its answer. It ends by itself, or with quit() where it
 * holds a socket; `thrown(f)` is the text of what f throws.
 */
export interface Area {
  /** True: it needs sockets, and so our own time. */
  readonly sockets?: boolean;
  readonly probes: Readonly<Record<string, string>>;
}

/** What every program begins with. */
export const prelude = `echo(0);
var thrown = function(f) { try { f(); } catch (e) { return typeof e === "object" ? e.toString() : e; } return "nothing"; };
print("begin");
`;

/**
 * The lines of an answer: from "begin" on, without what the console adds to them. An uncaught error keeps its first
 * line; where it happened is for people.
 */
export function answerOf(output: string): string[] {
  const lines = output
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the console's own
    .replace(/\x1b\[[0-9;]*[A-Za-z]|[\r\b]/g, "")
    .split("\n");
  const said = lines.slice(lines.indexOf("begin") + 1);
  const marks = (line: string | undefined): boolean => line !== undefined && /^ *\^$/.test(line);
  return said.filter(
    (line, index) =>
      line.trim() !== "" &&
      !/^ {4}at /.test(line) &&
      !marks(line) &&
      !marks(said[index + 1]) &&
      !/^Compacting/.test(line),
  );
}
