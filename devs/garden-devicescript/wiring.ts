/** What hangs on which pin of an ESP32; as in devs/garden/wiring.json, which DeviceScript's compiler cannot read. */
export interface Wiring {
  readonly valves: {
    /** High powers the motor. */
    readonly drive: number;
    /** Reads 1 when fully closed. */
    readonly sensor: number;
  }[];
  readonly pump: number;
  /** Reads 0 in rain. */
  readonly rain: number;
  /** Reads 0 when pressed. A press waters `zone` for `seconds`; another one stops it. */
  readonly button: number;
  readonly zone: number;
  readonly seconds: number;
  /** From closed to open and back, ms. */
  readonly openMs: number;
  readonly closeMs: number;
}

export const wiring: Wiring = {
  valves: [
    { drive: 25, sensor: 18 },
    { drive: 26, sensor: 19 },
    { drive: 27, sensor: 21 },
  ],
  pump: 33,
  rain: 22,
  button: 23,
  zone: 2,
  seconds: 60,
  openMs: 1500,
  closeMs: 2000,
};
