import { checkScript } from "./dialect.js";

/**
 * What the real engine would not run, as one sentence: the virtual board refuses it as well.
 * @returns undefined when there is nothing
 */
export function refusedByEngine(code: string): string | undefined {
  const first = checkScript(code)[0];
  return first === undefined ? undefined : `${first.what}. Write instead: ${first.instead}`;
}
