import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../store/atomic-file.js";

/** Where a running gateway is reached from its own computer, and the secret that opens. In the state folder: `door.json`. */
export interface DoorFile {
  /** TCP port at 127.0.0.1. */
  readonly port: number;
  readonly token: string;
}

const fileIn = (folder: string): string => join(folder, "door.json");

export function writeDoorFile(folder: string, door: DoorFile): void {
  writeAtomically(fileIn(folder), `${JSON.stringify(door)}\n`);
}

export function removeDoorFile(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** @returns undefined when no gateway has left one */
export function readDoorFile(folder: string): DoorFile | undefined {
  try {
    const { port, token } = JSON.parse(readFileSync(fileIn(folder), "utf8")) as Partial<DoorFile>;
    return typeof port === "number" && typeof token === "string" ? { port, token } : undefined;
  } catch {
    return undefined;
  }
}
