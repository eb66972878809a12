import type { Command } from "commander";
import { SluiceError } from "../errors/sluice-error.js";
import { readPassword } from "../host/password.js";
import { needPackage } from "../node/optional-package.js";
import { printResult } from "./terminal.js";

/** As commander parses them. */
interface ProvisionFlags {
  readonly port: string;
  readonly gateway: string;
  readonly name?: string;
  readonly device?: string;
  readonly state?: string;
  readonly passwordFile?: string;
  readonly json?: true;
}

export function addProvision(program: Command): void {
  program
    .command("provision")
    .summary("make a DeviceScript board and a gateway known to each other")
    .description(
      "Give a DeviceScript board, by cable, the address of its gateway and a key of its own; again, and it gets a new one. The key is random, or made from a password and the board's id, and is never shown.",
    )
    .requiredOption("--port <port>", "the board's serial port: /dev/ttyUSB0, COM3, or socket://host:port")
    .requiredOption(
      "--gateway <address>",
      "where the board finds the gateway: ws://HOST:PORT or wss://HOST:PORT",
    )
    .option("--name <name>", "what to call the board (else its id)")
    .option("--device <id>", "the board's Jacdac id, if several hang on the cable")
    .option(
      "--state <dir>",
      "the gateway's state folder (else SLUICE_GATEWAY, else in your own state folder)",
    )
    .option(
      "--password-file <file>",
      "make the key from the password on the first line (else SLUICE_PASSWORD)",
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExample:\n  sluice provision --port /dev/ttyUSB0 --gateway ws://192.168.1.2:8267 --name garden\n",
    )
    .action(runProvision);
}

async function runProvision(flags: ProvisionFlags): Promise<void> {
  const { gatewayAddress } = await import("../devicescript/gateway/keys.js");
  const { gatewayFolder, StateFolder } = await import("../devicescript/gateway/store/state-folder.js");
  needPackage("jacdac-ts", "Talking to DeviceScript boards needs");
  const { provision } = await import("../devicescript/provision/provision.js");
  const { openLine } = await import("../host/flash/ports.js");
  const gateway = gatewayAddress(flags.gateway);
  if (gateway === undefined)
    throw new SluiceError("BAD_GATEWAY_ADDRESS", `${flags.gateway} is no address that a board can use.`);
  const password = await readPassword(flags.passwordFile);
  const folder = new StateFolder(gatewayFolder(flags.state));
  const line = await openLine(flags.port);
  const { id, name, renewed } = await quietly(() =>
    provision({ line, gateway, folder, name: flags.name, device: flags.device?.toLowerCase(), password }),
  );
  const words = `${name} (${id}) has ${renewed ? "a new" : "its"} key and connects to ${gateway}\n`;
  printResult(flags.json, { id, name, gateway, renewed }, words);
}

/** jacdac-ts logs every connection to the console. */
async function quietly<T>(act: () => Promise<T>): Promise<T> {
  const { debug, log, warn } = console;
  console.debug = () => undefined;
  console.log = () => undefined;
  console.warn = () => undefined;
  try {
    return await act();
  } finally {
    Object.assign(console, { debug, log, warn });
  }
}
