/** What the name of a file says about the image. */
export interface NameParts {
  readonly product: string;
  /** "" where the name has none. */
  readonly version: string;
  /** Another way to read the name; undefined where there is one way only. */
  readonly doubt?: string | undefined;
}

/** A file's name without channel and endings: what a sketch may call its version. */
export function stemOf(file: string): string {
  return (file.split("/").at(-1) ?? "")
    .replace(/\.gz$/i, "")
    .replace(/\.[A-Za-z]\w*$/, "")
    .replace(/\.ino$/i, "");
}

const describe = "(?:-\\d+-g[0-9a-f]{4,40})?(?:-dirty)?";
const words = "(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary)";
/** Each after the last separator where it fits to the end of the name: at least two numbers; a date; one number that is marked as a version. */
const tails: readonly RegExp[] = [
  new RegExp(
    `^(.+)[-_]([vV]?\\d+(?:\\.\\d+)+(?:[a-z]|[-_.]?${words}[0-9A-Za-z.-]*?)?${describe}(?:\\+[0-9A-Za-z.-]+)?)$`,
  ),
  /^(.+)[-_](\d{4}[-_.]\d\d[-_.]\d\d(?:[-_.T]?\d{4,6})?|20\d{6}(?:[-_]?\d{4,6})?)$/,
  /^(.+)[-_]([vV]\d+(?:v\d+)?|\d+v\d+(?:\.\d+)*|\d+-g[0-9a-f]{4,40}(?:-dirty)?)$/,
];
/** A word that is no pre-release's may belong to the product as well as to the version. */
const wordBehind = /^(.+)[-_]([vV]?\d+(?:\.\d+)+)([-_][0-9A-Za-z.-]+)$/;
/** A number alone may be either. */
const numberAlone = /^(.+)[-_](\d+)$/;

/**
 * Splits `relay-8ch-1.3.0.bin` at its last tail that reads as a version: product relay-8ch, version 1.3.0. `door.bin` has
 * none.
 */
export function namePartsOf(file: string): NameParts {
  const stem = stemOf(file);
  for (const tail of tails) {
    const [, product, version] = tail.exec(stem) ?? [];
    if (product !== undefined && version !== undefined) return { product, version };
  }
  const [, product = "", version = "", behind = ""] = wordBehind.exec(stem) ?? [];
  if (product !== "") {
    const doubt = `${behind.slice(1)} is read as a part of the version; name it ${product}${behind}-${version} where it is not`;
    return { product, version: version + behind, doubt };
  }
  const [, named = "", count = ""] = numberAlone.exec(stem) ?? [];
  if (named !== "")
    return { product: named, version: count, doubt: `${count} is read as the version of ${named}` };
  return { product: stem, version: "" };
}
