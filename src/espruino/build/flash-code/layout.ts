import { type Piece, textOf } from "./pieces.js";

/** A function in flash. */
export interface Unit {
  readonly pieces: readonly Piece[];
  /** Number of the method's name, where it is found by its object's class. */
  readonly name?: number;
  /** Its number in the table, likewise. */
  readonly entry?: number;
}

/** Chars of an entry of the table in base 36: start * 8192 + length, then the method's name. */
const placeChars = 6;
const nameChars = 2;
export const entryChars = placeChars + nameChars;
const lengthBits = 13;

/** Names that the minifier must not give. */
export const flashCodeNames = ["$", "_", "Q", "R", "$t", "$n", "$o", "$g", "$i"];

/**
 * The field with the number of the class. Espruino hides names that begin with this char from whoever lists an object.
 * Agent and applications have tables of their own, so neither takes the other's objects for its.
 */
export function classField(whole: boolean): string {
  return whole ? '"\\xff$"' : '"\\xff%"';
}

/** What the script's own text calls for. */
export interface Needs {
  readonly byClass: boolean;
  readonly reads: boolean;
  readonly field: string;
}

/**
 * Puts the script together: what stood before the program proper, the finders, the statements, and in a comment the
 * functions and the table. Numbers of places stand in the text and change its length, so it is laid out until they agree.
 */
export function layOut(
  before: Piece,
  main: readonly Piece[],
  units: ReadonlyMap<number, Unit>,
  after: Piece,
  needs: Needs,
): Piece[] {
  let places = new Map<number, string>([...units.keys()].map((id) => [id, "0,0"]));
  let table = 0;
  for (let round = 0; round < 20; round++) {
    const settled = (pieces: readonly Piece[]): Piece[] =>
      pieces.map((piece) => {
        if (piece.unit !== undefined) return { ...piece, text: places.get(piece.unit) ?? "" };
        return piece.name === undefined ? piece : { ...piece, text: `${table + piece.name * entryChars}` };
      });
    const pieces = [before, { text: finders(needs) }, ...settled(main), { text: ";/*" }];
    let at = (before.from ?? 0) + textOf(pieces).length;
    const found = new Map<number, string>();
    const entries: string[] = [];
    for (const [id, unit] of units) {
      const text = settled(unit.pieces);
      const { length } = textOf(text);
      found.set(id, `${at},${length}`);
      if (unit.entry !== undefined)
        entries[unit.entry] =
          base36(at * 2 ** lengthBits + length, placeChars) + base36(unit.name ?? 0, nameChars);
      pieces.push(...text);
      at += length;
    }
    const rows = Array.from(entries, (entry) => entry ?? " ".repeat(entryChars)).join("");
    pieces.push({ text: `${rows}*/` }, after);
    if (at === table && [...found].every(([id, place]) => places.get(id) === place)) return pieces;
    places = found;
    table = at;
  }
  throw new RangeError("places of functions in flash do not settle");
}

/**
 * `$t` is the text of the script, which the loader leaves in a global. `$` evaluates a function, `_` one of an object's
 * class and leaves in `Q` whom it is to be called for. Short names, because they stand at every call.
 */
function finders({ byClass, reads, field }: Needs): string {
  const entry = `$o[${field}]*${entryChars}+$n`;
  const evaluated = `($n=parseInt($t.substr(${entry},${placeChars}),36),eval($t.substr($n>>${lengthBits},$n&${2 ** lengthBits - 1})))`;
  const name = `parseInt($t.substr(${entry}+${placeChars},${nameChars}),36)`;
  const found = [
    "Q",
    "$t=sluiceCode",
    "$=($o,$n)=>eval($t.substr($o,$n))",
    ...(byClass ? [`_=($o,$n,$g)=>(Q=$o,$g&&$o[$g])||${evaluated}`] : []),
    ...(reads ? [`R=($o,$n,$i,$g)=>$g&&$o[$g]!==void 0||${name}!==$i?$o[$g]:${evaluated}`] : []),
  ];
  return `var ${found.join()};`;
}

function base36(value: number, chars: number): string {
  const text = value.toString(36).padStart(chars, "0");
  if (text.length > chars) throw new RangeError(`${value} has no place in ${chars} chars`);
  return text;
}
