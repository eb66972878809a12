import type { Command } from "commander";

/** As commander leaves them. */
export interface ProvisionFlags {
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
    .action(async (flags: ProvisionFlags) => {
      const { runProvision } = await import("./provision-run.js");
      await runProvision(flags);
    });
}
