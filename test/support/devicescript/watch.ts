/** Wakes those who wait for something whenever something has happened. */
export class Watch {
  readonly #looks = new Set<() => void>();

  /** Something has happened. */
  readonly wake = (): void => {
    for (const look of this.#looks) look();
  };

  /** Resolves with what `find` finds, as soon as that is something. @param what names it in the error */
  async until<T>(ms: number, what: () => string, find: () => T | undefined): Promise<T> {
    let look = (): void => undefined;
    const found = new Promise<T>((resolve) => {
      look = () => {
        const one = find();
        if (one !== undefined) resolve(one);
      };
    });
    this.#looks.add(look);
    look();
    return within(ms, what, found).finally(() => this.#looks.delete(look));
  }
}

/** `promise`, or an error that names what was waited for. */
export async function within<T>(ms: number, what: string | (() => string), promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = (): string => (typeof what === "string" ? what : what());
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${text()}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
