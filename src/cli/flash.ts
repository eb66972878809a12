import { type Command, InvalidArgumentError, Option } from "commander";
import { parseWindow } from "../core/policy/maintenance-window.js";
import { parseZone } from "../core/policy/zone.js";

/** As commander leaves them. */
export interface FlashFlags {
  readonly port?: string;
  readonly board?: string;
  readonly firmware?: string;
  readonly insecure?: true;
  readonly app?: string;
  readonly passwordFile?: string;
  readonly open?: true;
  readonly wifiSsid?: string;
  readonly wifiPasswordFile?: string;
  readonly hostname?: string;
  readonly window?: string;
  readonly timeZone?: string;
  readonly flashMode?: "qio" | "qout" | "dio" | "dout";
  readonly baud: number;
  readonly erase?: true;
  readonly recover?: true;
  readonly running?: true;
  readonly dryRun?: true;
  readonly browser?: true;
  readonly list?: true;
  readonly json?: true;
}

export function addFlash(program: Command): void {
  const command = program
    .command("flash")
    .description("Put Espruino, Sluice and a first application onto a board by cable.")
    .option("--board <name>", "which board it is")
    .option("--port <port>", "its serial port: /dev/ttyUSB0, COM3, or socket://host:port")
    .option("--firmware <file>", "Espruino's package: .tgz, .zip, folder, .bin or https:// address")
    .option("--insecure", "fetch the firmware from http:// as well")
    .option("--app <file>", "bundle to run from the first start on")
    .option("--password-file <file>", "password for updates, on the first line (else SLUICE_PASSWORD)")
    .option("--open", "take updates without a password")
    .option("--wifi-ssid <name>", "network that the board joins")
    .option("--wifi-password-file <file>", "that network's password, on the first line")
    .option("--hostname <name>", "the board's name in the network")
    .option("--window <hours>", "updates are allowed then only: 'Mo-Fr 10:00-12:00', or never", window)
    .option("--time-zone <zone>", "of the window: 'CET-1CEST,M3.5.0,M10.5.0/3', +02:00; else UTC", timeZone)
    .addOption(
      new Option("--flash-mode <mode>", "how the flash chip is wired").choices([
        "qio",
        "qout",
        "dio",
        "dout",
      ]),
    )
    .option("--baud <rate>", "bits per second once the loader answers", baud, 460800)
    .addOption(new Option("--erase", "erase the whole chip first").conflicts("recover"))
    .option("--recover", "for a board that does not boot: keep application, notes and settings")
    .addOption(
      new Option(
        "--running",
        "through the console of the Espruino that runs: also --port tcp://host",
      ).conflicts(["firmware", "recover", "browser", "flashMode"]),
    )
    .option("--dry-run", "only say what would be written where")
    .addOption(
      new Option("--browser", "flash from a page in a browser, by WebSerial").conflicts([
        "recover",
        "port",
        "json",
      ]),
    )
    .option("--list", "list the serial ports")
    .option("--json", "one event a line, for scripts")
    .addHelpText(
      "after",
      "\nExample:\n  sluice flash --port /dev/ttyUSB0 --board esp32-devkit --firmware espruino_2v29_esp32.tgz \\\n" +
        "    --app garden.app --password-file garden.password --wifi-ssid Garden --wifi-password-file wifi.password\n" +
        "A run that broke off goes on where it was when the same command is given again.\n",
    );
  command.action(async (flags: FlashFlags) => {
    const { runFlash, runList } = await import("./flash-run.js");
    if (flags.list) return runList(flags);
    const { board, port } = flags;
    if (board === undefined)
      return command.error("error: --board is needed: `sluice layout` lists the boards");
    if (port === undefined && !flags.dryRun && !flags.browser)
      command.error("error: --port is needed: `sluice flash --list` lists the ports");
    await runFlash({ ...flags, board });
  });
}

function window(text: string): string {
  const { wrong } = parseWindow(text);
  if (wrong !== "") throw new InvalidArgumentError(`${wrong}.`);
  return text;
}

function timeZone(text: string): string {
  const { wrong } = parseZone(text);
  if (wrong !== "") throw new InvalidArgumentError(`${wrong}.`);
  return text;
}

function baud(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 9600 || value > 4_000_000)
    throw new InvalidArgumentError("A whole number from 9600 to 4000000 is wanted.");
  return value;
}
