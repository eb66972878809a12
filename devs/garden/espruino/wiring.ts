/** What hangs on which pin: the shape of wiring.json. Pins by number; levels 0 or 1. */
export interface Wiring {
  readonly valves: {
    /** High powers the motor. */
    readonly drive: number;
    /** Reads 1 when fully closed. */
    readonly sensor: number;
  }[];
  readonly sensorMode: string;
  readonly pump: { readonly drive: number };
  readonly rain: { readonly sensor: number; readonly wet: number; readonly mode: string };
  /** A flow switch behind the pump; none: leaks and dry pumps go unnoticed. */
  readonly flow?: { readonly sensor: number; readonly flows: number; readonly mode: string };
  /** A press waters `zone` for `seconds`; another one stops it. */
  readonly button: {
    readonly sensor: number;
    readonly pressed: number;
    readonly mode: string;
    readonly zone: number;
    readonly seconds: number;
  };
  readonly openMs: number;
  readonly closeMs: number;
}
