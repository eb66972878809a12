import { SluiceError } from "../errors/sluice-error.js";

/** One motor valve on the bench. Pins are numbers of the chip. */
export interface ValveWiring {
  readonly name: string;
  /** High powers the motor. */
  readonly drive: number;
  /** The end switch: 1 when fully closed. */
  readonly sensor: number;
}

/** A switch that the outside world works: `active` is the level it makes. */
export interface SwitchWiring {
  readonly pin: number;
  readonly active: 0 | 1;
}

/** What stands around the board: a dev's wiring.json, as far as physics cares. */
export interface BenchWiring {
  readonly valves: readonly ValveWiring[];
  readonly pump: number | undefined;
  readonly rain: SwitchWiring | undefined;
  readonly button: SwitchWiring | undefined;
  /** Full travel of a valve, ms. */
  readonly openMs: number;
  readonly closeMs: number;
}

type Fields = Record<string, unknown>;

function bad(detail: string): SluiceError {
  return new SluiceError("BAD_WIRING", `wiring: ${detail}`);
}

function fields(value: unknown, what: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(`${what} is no object`);
  return value as Fields;
}

function pin(from: Fields, key: string, what: string): number {
  const value = from[key];
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > 254)
    throw bad(`${what}.${key} is no pin number`);
  return value;
}

function duration(from: Fields, key: string): number {
  const value = from[key];
  if (typeof value !== "number" || !(value > 0 && value <= 600_000))
    throw bad(`${key} is no duration in ms (1 to 600000)`);
  return value;
}

function switchOf(value: unknown, what: string, activeKey: string): SwitchWiring | undefined {
  if (value === undefined) return undefined;
  const from = fields(value, what);
  const active = from[activeKey];
  if (active !== 0 && active !== 1) throw bad(`${what}.${activeKey} is neither 0 nor 1`);
  return { pin: pin(from, "sensor", what), active };
}

function valveOf(value: unknown, index: number): ValveWiring {
  const what = `valves[${index}]`;
  const from = fields(value, what);
  const name = typeof from["name"] === "string" ? from["name"] : `valve ${index + 1}`;
  return { name, drive: pin(from, "drive", what), sensor: pin(from, "sensor", what) };
}

/**
 * Reads a wiring.json that was already parsed as JSON.
 * @throws SluiceError BAD_WIRING
 */
export function parseWiring(value: unknown): BenchWiring {
  const from = fields(value, "the file");
  if (!Array.isArray(from["valves"])) throw bad("valves is no list");
  const valves = from["valves"].map(valveOf);
  const pump = from["pump"] === undefined ? undefined : pin(fields(from["pump"], "pump"), "drive", "pump");
  const rain = switchOf(from["rain"], "rain", "wet");
  const button = switchOf(from["button"], "button", "pressed");
  const used = valves.flatMap((valve) => [valve.drive, valve.sensor]);
  for (const other of [pump, rain?.pin, button?.pin]) if (other !== undefined) used.push(other);
  const twice = used.find((one, index) => used.indexOf(one) !== index);
  if (twice !== undefined) throw bad(`pin ${twice} is used twice`);
  return { valves, pump, rain, button, openMs: duration(from, "openMs"), closeMs: duration(from, "closeMs") };
}
