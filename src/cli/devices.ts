import { randomBytes } from "node:crypto";
import { type Command, Option } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import type { DeviceChange, Fleet } from "../server/db/fleet.js";
import { defaultChannel } from "../server/images/served-image.js";
import type { DeviceView } from "../server/web/views.js";
import { secretHash } from "../server/wire/credentials.js";
import { normaliseMac, plainName } from "../server/wire/names.js";
import { columns, printResult } from "./terminal.js";

interface DeviceFlags {
  readonly dir: string;
  readonly database?: string;
  readonly json?: true;
}

interface DeviceSetFlags extends DeviceFlags {
  readonly name?: string;
  readonly product?: string;
  readonly channel?: string;
  readonly pin?: string;
  readonly board?: string;
  readonly blocked?: "yes" | "no";
  readonly retry?: true;
}

/** `sluice devices list|set|remove|token`: the update server's table of boards. */
export function addDevices(program: Command): void {
  const devices = program
    .command("devices")
    .summary("the update server's table of boards")
    .description("Read and write the update server's table of boards, while it runs or not.")
    .addHelpText(
      "after",
      "\nExample:\n  sluice devices set 18:FE:AA:0B:0C:0D --dir images --name door --product door\n",
    );

  place(devices.command("list", { isDefault: true }).description("List all boards."))
    .action(listDevices)
    .addHelpText("after", "\nExample:\n  sluice devices list --dir images --json\n");

  place(
    devices
      .command("set")
      .description("Add a board, or change what it gets. An empty text takes a setting back."),
  )
    .argument("<mac>", "its MAC address")
    .option("--name <name>", "what people call it")
    .option("--product <name>", "the image it gets: a bundle's name, or a file's up to the version")
    .option("--channel <name>", "folder inside the folder of images; `stable` is the folder itself")
    .option("--pin <version>", "hold it at this version, even if that is older")
    .option(
      "--board <id>",
      "which board it is, e.g. esp32c3-devkit, where images for several chips share a name",
    )
    .addOption(new Option("--blocked <answer>", "blocked boards get nothing").choices(["yes", "no"]))
    .option("--retry", "send it again what it came back from")
    .action(setDevice)
    .addHelpText(
      "after",
      "\nExample:\n  sluice devices set 18:FE:AA:0B:0C:0D --dir images --channel beta --pin 1.2.0\n",
    );

  place(
    devices
      .command("remove")
      .description("Forget a board and all it reported. It comes back when it polls again."),
  )
    .argument("<mac>", "its MAC address")
    .action(removeDevice)
    .addHelpText("after", "\nExample:\n  sluice devices remove 18:FE:AA:0B:0C:0D --dir images\n");

  place(
    devices
      .command("token")
      .description(
        "Make a token that only this board may use, and print it once; shared secrets no longer do for it.",
      ),
  )
    .argument("<mac>", "its MAC address")
    .option("--remove", "take its token away again")
    .action(deviceToken)
    .addHelpText("after", "\nExample:\n  sluice devices token 18:FE:AA:0B:0C:0D --dir images\n");
}

function place(command: Command): Command {
  return command
    .option("--dir <dir>", "the folder of images, whose database is meant", ".")
    .option(
      "--database <place>",
      "file or postgres:// address (else DATABASE_URL, for one with a password; else DIR/.sluice/server.db)",
    )
    .option("--json", "print JSON");
}

async function listDevices(flags: DeviceFlags): Promise<void> {
  const { viewDevices } = await import("../server/web/views.js");
  const devices = await withFleet(flags, async (fleet) => {
    const page = { limit: Math.max(1, await fleet.countDevices()), offset: 0 };
    return viewDevices(fleet, page);
  });
  printResult(flags.json, devices, devices.length === 0 ? "No boards yet.\n" : deviceTable(devices));
}

async function setDevice(given: string, flags: DeviceSetFlags): Promise<void> {
  const mac = macOf(given);
  const change = await changeOf(flags);
  const { viewDevice } = await import("../server/web/views.js");
  await withFleet(flags, async (fleet) => {
    await fleet.setDevice(mac, change);
    if (flags.retry) await fleet.retry(mac);
    const device = await fleet.device(mac);
    if (device === undefined) return;
    const view = viewDevice(device, await fleet.offers([mac]));
    printResult(flags.json, view, deviceTable([view]));
  });
}

async function removeDevice(given: string, flags: DeviceFlags): Promise<void> {
  const mac = macOf(given);
  const removed = await withFleet(flags, (fleet) => fleet.removeDevice(mac));
  if (!removed) throw unknown(mac);
  printResult(flags.json, { mac, removed }, `${mac} is forgotten.\n`);
}

async function deviceToken(given: string, flags: DeviceFlags & { remove?: true }): Promise<void> {
  const mac = macOf(given);
  const token = flags.remove ? null : randomBytes(24).toString("base64url");
  await withFleet(flags, (fleet) =>
    fleet.setDevice(mac, { tokenHash: token === null ? null : secretHash(token), tokenProduct: null }),
  );
  const words = token === null ? `${mac} has no token of its own any more.\n` : `${token}\n`;
  printResult(flags.json, { mac, token }, words);
}

async function withFleet<Result>(
  flags: DeviceFlags,
  use: (fleet: Fleet) => Promise<Result>,
): Promise<Result> {
  const { databasePlace, openDatabase } = await import("../server/db/open-database.js");
  const { keepMarker, markerFile } = await import("../server/db/database-marker.js");
  const { Fleet } = await import("../server/db/fleet.js");
  const place = databasePlace(flags.dir, flags.database);
  const marker = markerFile(flags.dir, place);
  const db = await openDatabase(place, marker);
  try {
    // Another database need not be the one of this folder.
    const isOwn = place === databasePlace(flags.dir, undefined, {});
    if (isOwn && marker !== undefined) await keepMarker(db, marker);
    return await use(new Fleet(db, Date.now));
  } finally {
    await db.destroy();
  }
}

/** @throws SluiceError BAD_SERVER_CONFIG */
async function changeOf(flags: DeviceSetFlags): Promise<DeviceChange> {
  const { name, product, channel, pin, board, blocked } = flags;
  const { findBoard } = await import("../../boards/index.js");
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
    name,
    product: product === "" ? null : product,
    channel: channel === "" ? defaultChannel : channel,
    pinned: pin === "" ? null : pin,
    board: board === "" ? null : board,
    blocked: blocked && (blocked === "yes" ? 1 : 0),
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

function deviceTable(devices: readonly DeviceView[]): string {
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
