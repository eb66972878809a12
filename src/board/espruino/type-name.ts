/** What Espruino calls the type of a value in its messages (src/jsutils.c, "%t"). */
export function typeName(value: unknown): string {
  if (value === null) return "null";
  if (value === undefined) return "undefined";
  if (typeof value === "object") return Object.prototype.toString.call(value).slice(8, -1);
  return `${typeof value}`.replace(/^./, (first) => first.toUpperCase());
}
