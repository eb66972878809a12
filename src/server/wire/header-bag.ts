/** Header lines of a request, found without regard to case. Built of Node's rawHeaders: name, value, name, value … */
export class HeaderBag {
  private readonly values = new Map<string, string[]>();

  constructor(raw: readonly string[]) {
    for (let i = 0; i + 1 < raw.length; i += 2) {
      const name = (raw[i] ?? "").toLowerCase();
      const value = (raw[i + 1] ?? "").trim();
      const seen = this.values.get(name);
      if (seen === undefined) this.values.set(name, [value]);
      else seen.push(value);
    }
  }

  /** The first value; undefined when the header is absent. */
  get(name: string): string | undefined {
    return this.values.get(name.toLowerCase())?.[0];
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  /** A header that decides something must not come twice: two readers could each believe another one. */
  repeated(name: string): boolean {
    return (this.values.get(name.toLowerCase())?.length ?? 0) > 1;
  }
}
