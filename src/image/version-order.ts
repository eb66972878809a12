/**
 * The order of versions as people write them: SemVer, two and four parts, dates, a leading v, `2v29`, git describe. Between
 * SemVer versions it is SemVer's, but for words with a number behind them: rc10 comes after rc2.
 */

/** Numbers as text without leading zeros; words in lower case. */
interface VersionParts {
  readonly numbers: readonly string[];
  /** Of the pre-release; none for a release. */
  readonly pre: readonly string[];
  /** Since the tag, by git describe; then whether the tree was changed. */
  readonly commits: string;
  readonly dirty: boolean;
}

/** A negative number: `a` is older. 0: neither is. undefined: at least one is no version, or they cannot be compared. */
export function compareVersions(a: string, b: string): number | undefined {
  const left = partsOf(a);
  const right = partsOf(b);
  if (left === undefined || right === undefined) return undefined;
  return (
    compareLists(left.numbers, right.numbers, "0") ||
    comparePre(left.pre, right.pre) ||
    compareNumbers(left.commits, right.commits) ||
    Number(left.dirty) - Number(right.dirty)
  );
}

export const isVersion = (text: string): boolean => partsOf(text) !== undefined;

/** Words that mean "not yet" although nothing separates them from the number: 1.2.0rc1, 1.2b3. */
const attachedPre = /^(?:a|b|c|rc|alpha|beta|pre|preview|dev|m|snapshot|nightly|canary)$/i;

function partsOf(version: string): VersionParts | undefined {
  // Build metadata does not count (SemVer 2.0.0, 10).
  const [text = ""] = version
    .trim()
    .replace(/^v(?=\d)/i, "")
    .split("+");
  const dirty = text.endsWith("-dirty");
  const clean = dirty ? text.slice(0, -"-dirty".length) : text;
  const described = /^(.*?)(?:-(\d+))?-g[0-9a-f]{4,40}$/.exec(clean);
  const base = described?.[1] || described?.[2] || clean;
  const commits = described?.[1] ? (described[2] ?? "0") : "0";
  // ISO dates, and Espruino's 2v29, have other separators between their numbers.
  const usual = base
    .replace(/^(\d{4})[-_](\d\d)[-_](\d\d)(?!\d)/, "$1.$2.$3")
    .replace(/^(\d+)v(?=\d)/, "$1.");
  const found = /^(\d+(?:\.\d+)*)(.*)$/.exec(usual);
  if (found === null) return undefined;
  const numbers = (found[1] ?? "").split(".").map(withoutZeros);
  const rest = found[2] ?? "";
  // 1.0.2k, as OpenSSL counts: later than 1.0.2.
  if (/^[a-z]$/.test(rest) && numbers.length > 1)
    return { numbers: [...numbers, String(rest.charCodeAt(0) - 96)], pre: [], commits, dirty };
  if (!/^(?:[-_.~]?[0-9a-z]+)*$/i.test(rest)) return undefined;
  const runs = rest.match(/\d+|[a-z]+/gi) ?? [];
  const [first = ""] = runs;
  // 1.x is a range, and 1.2final is neither before nor after.
  if (/^x$/i.test(first) || (/^[a-z]/i.test(rest) && !attachedPre.test(first))) return undefined;
  const pre = runs.map((run) => (/\d/.test(run) ? withoutZeros(run) : run.toLowerCase()));
  return { numbers, pre, commits, dirty };
}

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, "");

/** Digits without leading zeros, of any length. */
function compareNumbers(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

function compareLists(a: readonly string[], b: readonly string[], missing: string): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const order = compareNumbers(a[i] ?? missing, b[i] ?? missing);
    if (order !== 0) return order;
  }
  return 0;
}

/** SemVer 2.0.0, 11: a release after its pre-releases, numbers before words, the longer list after the shorter. */
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const left = a[i] ?? "";
    const right = b[i] ?? "";
    const areNumbers = [left, right].map((part) => /\d/.test(part));
    if (areNumbers[0] !== areNumbers[1]) return areNumbers[0] ? -1 : 1;
    const order = areNumbers[0] ? compareNumbers(left, right) : left < right ? -1 : left > right ? 1 : 0;
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
