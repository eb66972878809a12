import type { ValvePort } from "../lib/valve.js";
import type { PumpPort } from "../lib/waterworks.js";

/** A pin that drives something, low from the first moment. */
function outputPin(pin: number): Pin {
  const it = new Pin(pin);
  digitalWrite(it, 0);
  pinMode(it, "output");
  return it;
}

function inputPin(pin: number, mode: string): Pin {
  const it = new Pin(pin);
  pinMode(it, mode as PinMode);
  return it;
}

/** @returns a question: does the pin read `level`? */
export function inputIs(pin: number, mode: string, level: number): () => boolean {
  const it = inputPin(pin, mode);
  return () => (digitalRead(it) ? 1 : 0) === level;
}

export function valvePort(drive: number, sensor: number, sensorMode: string): ValvePort {
  const motor = outputPin(drive);
  return {
    drive: (open) => digitalWrite(motor, open ? 1 : 0),
    readsClosed: inputIs(sensor, sensorMode, 1),
  };
}

export function pumpPort(drive: number): PumpPort {
  const motor = outputPin(drive);
  return {
    drive: (on) => digitalWrite(motor, on ? 1 : 0),
    runs: () => !!digitalRead(motor),
  };
}
