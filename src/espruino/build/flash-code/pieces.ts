import { encode } from "@jridgewell/sourcemap-codec";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import type { AnyNode } from "acorn";
import { childrenOf } from "../dialect/nodes.js";

/** Text of the new script. */
export interface Piece {
  readonly text: string;
  /** Where it stood in the old script, char for char. */
  readonly from?: number;
  /** Where in the old script what it stands for began. */
  readonly mark?: number;
  /** A function in flash whose place the text is to be. */
  readonly unit?: number;
  /** A method's name whose column in the table the text is to be. */
  readonly name?: number;
  /** The name that stood there, for the source map. */
  readonly called?: string;
}

export type Render = (node: AnyNode) => Piece[];

/** The text of a node with what `render` makes of its children. */
export function copyNode(code: string, node: AnyNode, render: Render): Piece[] {
  return copyRange(code, node.start, node.end, childrenOf(node), render);
}

/** The text from `start` to `end`, in which the given nodes are rendered. */
export function copyRange(
  code: string,
  start: number,
  end: number,
  nodes: readonly AnyNode[],
  render: Render,
): Piece[] {
  const pieces: Piece[] = [];
  let at = start;
  for (const node of nodes) {
    // Shorthand properties have one node as their key and as their value.
    if (node.start < at) continue;
    if (node.start > at) pieces.push({ text: code.slice(at, node.start), from: at });
    pieces.push(...render(node));
    at = node.end;
  }
  if (end > at) pieces.push({ text: code.slice(at, end), from: at });
  return pieces;
}

export function textOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/**
 * The source map of a script that pieces of another were put together to.
 * @param code the old script, and `map` its source map
 */
export function mapOf(pieces: readonly Piece[], code: string, map: string): string {
  const segments = flatSegments(code, map);
  const { names, ...rest }: { names: string[] } = JSON.parse(map);
  const lines: Line[] = [[]];
  let column = 0;
  for (const { text, from, mark, called } of pieces) {
    if (mark !== undefined) {
      const before = segments[firstFrom(segments, mark + 1) - 1];
      if (before !== undefined) {
        const [, source = 0, line = 0, place = 0, name] = before.segment;
        const known = called === undefined ? undefined : (name ?? numberOf(called, names));
        lines[lines.length - 1].push(
          known === undefined ? moved(before.segment, column) : [column, source, line, place, known],
        );
      }
    }
    if (from !== undefined) {
      const line = lines[lines.length - 1];
      for (let i = firstFrom(segments, from); i < segments.length && segments[i].at < from + text.length; i++)
        line.push(moved(segments[i].segment, column + segments[i].at - from));
    }
    const breaks = text.split("\n").length - 1;
    for (let i = 0; i < breaks; i++) lines.push([]);
    column = breaks > 0 ? text.length - text.lastIndexOf("\n") - 1 : column + text.length;
  }
  return JSON.stringify({
    ...rest,
    names,
    mappings: encode(lines as unknown as Parameters<typeof encode>[0]),
  });
}

type Segment = readonly [number, ...number[]];
type Line = Segment[];

/** All segments with their offset in the text. A piece that spans lines holds no code of its own (banner, footer). */
function flatSegments(code: string, map: string): { at: number; segment: Segment }[] {
  const starts = [0];
  for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) starts.push(at + 1);
  return decodedMappings(new TraceMap(map)).flatMap((line, number) =>
    line.map((segment) => ({
      at: (starts[number] ?? code.length) + segment[0],
      segment: segment as Segment,
    })),
  );
}

function moved([, ...rest]: Segment, column: number): Segment {
  return [column, ...rest];
}

function numberOf(name: string, names: string[]): number {
  const known = names.indexOf(name);
  return known >= 0 ? known : names.push(name) - 1;
}

function firstFrom(segments: readonly { at: number }[], from: number): number {
  let low = 0;
  let high = segments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (segments[middle].at < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
