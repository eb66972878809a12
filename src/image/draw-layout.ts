import type { Region } from "./regions.js";

const barWidth = 28;

/** The memory view: one line a region, with addresses, size and a bar in proportion (one cell at least). */
export function drawRegions(regions: readonly Region[], flashSize: number): string {
  const sizes = regions.map(({ size }) => sizeText(size));
  const sizeWidth = Math.max(...sizes.map((text) => text.length));
  const nameWidth = Math.max(...regions.map(({ name }) => name.length));
  const lines = regions.map((region, index) => {
    const cells = Math.max(1, Math.round((region.size / flashSize) * barWidth));
    const fill = region.name === "unused" ? "·" : "█";
    const columns = [
      `${hex(region.start)}  ${hex(region.start + region.size)}`,
      (sizes[index] ?? "").padStart(sizeWidth),
      fill.repeat(Math.min(cells, barWidth)).padEnd(barWidth),
      region.name.padEnd(nameWidth),
      region.note,
    ];
    return `  ${columns.join("  ").trimEnd()}`;
  });
  return `  ${"from".padEnd(8)}  to\n${lines.join("\n")}\n`;
}

export function hex(value: number): string {
  return `0x${value.toString(16).padStart(6, "0")}`;
}

/** "12 KB" for whole kilobytes, otherwise bytes. */
export function sizeText(size: number): string {
  return size % 1024 === 0 ? `${size / 1024} KB` : `${size} B`;
}
