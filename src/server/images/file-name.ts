export interface NameParts {
  readonly product: string;
  readonly version: string;
}

/** `door-1.2.0.bin.gz` is product door, version 1.2.0; `DOOR-7-g14f53a19.bin` is DOOR, 7-g14f53a19; `door.bin` has no version. */
export function namePartsOf(fileName: string): NameParts {
  const stem = fileName.replace(/\.gz$/i, "").replace(/\.[A-Za-z]+$/, "");
  const match = /^(.+?)[-_](v?\d.*)$/.exec(stem);
  if (match === null) return { product: stem, version: "" };
  return { product: match[1] ?? stem, version: match[2] ?? "" };
}
