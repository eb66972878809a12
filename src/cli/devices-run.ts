import { randomBytes } from "node:crypto";
import { findBoard } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import { type DeviceChange, Fleet } from "../server/db/fleet.js";
import { databasePlace, openDatabase } from "../server/db/open-database.js";
import { defaultChannel } from "../server/images/served-image.js";
import { type DeviceView, viewDevice, viewDevices } from "../server/web/views.js";
import { secretHash } from "../server/wire/credentials.js";
import { normaliseMac, plainName } from "../server/wire/names.js";
import type { DeviceFlags, DeviceSetFlags } from "./devices.js";

export async function listDevices(flags: DeviceFlags): Promise<void> {
  const devices = await withFleet(flags, viewDevices);
  if (flags.json) print(devices);
  else process.stdout.write(devices.length === 0 ? "No boards yet.\n" : deviceTable(devices));
}

export async function setDevice(given: string, flags: DeviceSetFlags): Promise<void> {
  const mac = macOf(given);
  const change = changeOf(flags);
  await withFleet(flags, async (fleet) => {
    await fleet.setDevice(mac, change);
    if (flags.retry) await fleet.retry(mac);
    const device = await fleet.device(mac);
    if (device === undefined) return;
    const view = viewDevice(device, await fleet.offers());
    if (flags.json) print(view);
    else process.stdout.write(deviceTable([view]));
  });
}

export async function removeDevice(given: string, flags: DeviceFlags): Promise<void> {
  const mac = macOf(given);
  const removed = await withFleet(flags, (fleet) => fleet.removeDevice(mac));
  if (!removed) throw unknown(mac);
  if (flags.json) print({ mac, removed });
  else process.stdout.write(`${mac} is forgotten.\n`);
}

export async function deviceToken(given: string, flags: DeviceFlags & { remove?: true }): Promise<void> {
  const mac = macOf(given);
  const token = flags.remove ? null : randomBytes(24).toString("base64url");
  await withFleet(flags, (fleet) =>
    fleet.setDevice(mac, { token_hash: token === null ? null : secretHash(token) }),
  );
  if (flags.json) print({ mac, token });
  else process.stdout.write(token === null ? `${mac} has no token of its own any more.\n` : `${token}\n`);
}

async function withFleet<Result>(
  flags: DeviceFlags,
  use: (fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  const db = await openDatabase(databasePlace(flags.dir, flags.database));
  try {
    return await use(new Fleet(db, Date.now));
  } finally {
    await db.destroy();
  }
}

/** @throws SluiceError BAD_SERVER_CONFIG */
function changeOf({ name, product, channel, pin, board, blocked }: DeviceSetFlags): DeviceChange {
  for (const value of [product, channel, pin])
    if (value !== undefined && value !== "" && !plainName.test(value))
      throw new SluiceError(
        "BAD_SERVER_CONFIG",
        `"${value}" has signs that no product, channel or version has`,
      );
  if (board !== undefined && board !== "" && findBoard(board) === undefined)
    throw new SluiceError(
      "UNKNOWN_BOARD",
      `there is no board "${board}"; \`sluice layout --help\` names some`,
    );
  return {
    ...(name === undefined ? {} : { name }),
    ...(product === undefined ? {} : { product: product || null }),
    ...(channel === undefined ? {} : { channel: channel || defaultChannel }),
    ...(pin === undefined ? {} : { pinned: pin || null }),
    ...(board === undefined ? {} : { board: board || null }),
    ...(blocked === undefined ? {} : { blocked: blocked === "yes" ? 1 : 0 }),
  };
}

function macOf(given: string): string {
  const mac = normaliseMac(given);
  if (mac === undefined) throw unknown(given);
  return mac;
}

function unknown(mac: string): SluiceError {
  return new SluiceError("UNKNOWN_DEVICE", `there is no board ${mac}`);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

export function deviceTable(devices: readonly DeviceView[]): string {
  return columns([
    ["MAC", "name", "product", "version", "channel", "last seen", "last answer"],
    ...devices.map((device) => [
      device.mac,
      device.name,
      device.product ?? device.app ?? "",
      `${device.version ?? ""}${device.pinned === null ? "" : ` (held at ${device.pinned})`}`,
      device.channel,
      device.lastSeen ?? "never",
      device.blocked ? "blocked" : (device.lastAnswer ?? ""),
    ]),
  ]);
}

/** Rows of cells, each column as wide as its widest. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? "").length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}
