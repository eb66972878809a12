/** `require("Storage")` for Node, in memory: files, and those that are written line by line. */
export function storageStandIn() {
  const files = new Map<string, string>();
  const read = (name: string, offset = 0, length = Number.POSITIVE_INFINITY) =>
    files.get(name)?.slice(offset, offset + length);
  const write = (name: string, text: string) => {
    files.set(name, text);
    return true;
  };
  return {
    read,
    write,
    readJSON: (name: string, quiet?: boolean): unknown => {
      try {
        return JSON.parse(read(name) ?? "");
      } catch (error) {
        if (quiet) return undefined;
        throw error;
      }
    },
    writeJSON: (name: string, value: unknown) => write(name, JSON.stringify(value)),
    erase: (name: string) => files.delete(name),
    list: (filter?: RegExp) => [...files.keys()].filter((name) => !filter || filter.test(name)),
    open: (name: string, mode: "r" | "w" | "a") => {
      if (mode === "w") files.delete(name);
      let at = 0;
      const take = (end: number) => {
        const text = read(name, at, end - at);
        at = end;
        return text || undefined;
      };
      return {
        read: (length: number) => take(at + length),
        readLine: () => take((files.get(name)?.indexOf("\n", at) ?? -1) + 1 || Number.POSITIVE_INFINITY),
        write: (text: string) => files.set(name, (files.get(name) ?? "") + text),
        getLength: () => files.get(name)?.length ?? 0,
        erase: () => files.delete(name),
      };
    },
  };
}
