import { type Command, InvalidArgumentError, Option } from "commander";
import type { Board } from "../../boards/index.js";
import { parseWindow } from "../core/policy/maintenance-window.js";
import { parseZone } from "../core/policy/zone.js";
import { SluiceError } from "../errors/sluice-error.js";
import type { FlashJob } from "../host/flash/job.js";
import type { SessionOptions } from "../host/flash/loader-session.js";
import type { FlashPlan } from "../host/flash/plan.js";
import type { PrepareOptions } from "../host/flash/prepare.js";
import { readTrust } from "../host/keys/key-file.js";
import { readPassword } from "../host/password.js";
import { readBytes } from "../node/files.js";
import { wholeNumber } from "./arguments.js";
import { flashView, planReport, printPlan } from "./flash-view.js";
import { interruptible, printResult, processOutput, untilSignal } from "./terminal.js";

/** As commander parses them. */
interface FlashFlags extends Omit<PrepareOptions, "app" | "password" | "wifi" | "trust"> {
  readonly trust?: readonly string[];
  readonly port?: string;
  readonly board?: string;
  readonly app?: string;
  readonly passwordFile?: string;
  readonly laxAuth?: true;
  readonly wifiSsid?: string;
  readonly wifiPasswordFile?: string;
  readonly baud: number;
  readonly erase?: true;
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
    .option(
      "--lax-auth",
      "take the password from espota.py, Arduino IDE and PlatformIO as well, in their MD5 dialect, which does not bind it to an image",
    )
    .option("--wifi-ssid <name>", "network that the board joins")
    .option("--wifi-password-file <file>", "that network's password, on the first line")
    .option("--hostname <name>", "the board's name in the network")
    .addOption(
      new Option(
        "--trust <file...>",
        "take only releases signed by these keys (.pub of `sluice keys create`), three at most",
      ).conflicts("recover"),
    )
    .option(
      "--window <hours>",
      "updates are allowed then only: 'Mo-Fr 10:00-12:00', or never",
      checked(parseWindow),
    )
    .option(
      "--time-zone <zone>",
      "of the window: 'CET-1CEST,M3.5.0,M10.5.0/3', +02:00; else UTC",
      checked(parseZone),
    )
    .addOption(
      new Option("--flash-mode <mode>", "how the flash chip is wired").choices([
        "qio",
        "qout",
        "dio",
        "dout",
      ]),
    )
    .option(
      "--baud <rate>",
      "bits per second once the loader answers",
      wholeNumber(9600, 4_000_000, "A whole number"),
      460800,
    )
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
    if (flags.list) return printPorts(flags);
    const { board, port } = flags;
    if (board === undefined)
      return command.error("error: --board is needed: `sluice layout` lists the boards");
    if (port === undefined && !flags.dryRun && !flags.browser)
      command.error("error: --port is needed: `sluice flash --list` lists the ports");
    await runFlash({ ...flags, board });
  });
}

function checked(parse: (text: string) => { readonly wrong: string }): (text: string) => string {
  return (text) => {
    const { wrong } = parse(text);
    if (wrong !== "") throw new InvalidArgumentError(`${wrong}.`);
    return text;
  };
}

type Flags = FlashFlags & { readonly board: string };

/** What `sluice flash` does. Rejects with SluiceError. */
async function runFlash(flags: Flags): Promise<void> {
  const { requireBoard } = await import("../image/board-target.js");
  const { prepareFlash, recoveryNotes } = await import("../host/flash/prepare.js");
  const { planJob } = await import("../host/flash/plan.js");
  const board = requireBoard(flags.board);
  const options = await optionsOf(flags);
  const { erase = false, baud } = flags;
  const makePlan = await prepareFlash(board, options);
  if (flags.dryRun) return showPlan(flags, await makePlan());
  const plan = flags.recover ? undefined : await makePlan();
  if (flags.browser && plan) return serve(planJob(plan, { erase, baud }), plan.notes);
  const show = flashView(processOutput(flags));
  const note = (text: string) => show({ event: "note", text });
  await interruptible(async (signal) => {
    const session = { onEvent: show, signal };
    if (flags.running && plan) {
      const written = await install(flags, board, plan, session);
      return show({ event: "done", written, same: 0 });
    }
    plan?.notes.forEach(note);
    const { openLine } = await import("../host/flash/ports.js");
    const line = await openLine(flags.port ?? "");
    if (plan) {
      const { writeJob } = await import("../host/flash/write-job.js");
      return show({ event: "done", ...(await writeJob(line, planJob(plan, { erase, baud }), session)) });
    }
    const { recoverBoard } = await import("../host/flash/recover.js");
    const result = await recoverBoard(
      line,
      board,
      baud,
      async (found) => {
        const recovery = await makePlan(found);
        [...recoveryNotes(found, options), ...recovery.notes].forEach(note);
        return planJob(recovery).pieces;
      },
      session,
    );
    show({ event: "done", ...result });
  });
}

/** Only Storage: the Espruino that writes it stays. @returns bytes written */
async function install(
  flags: Flags,
  board: Board,
  plan: FlashPlan,
  session: Pick<SessionOptions, "onEvent" | "signal">,
): Promise<number> {
  const { installOnRunning } = await import("../host/flash/running/install.js");
  const storage = plan.parts.find(({ address }) => address === board.espruino?.storage.offset);
  if (storage === undefined) throw new SluiceError("NO_ESPRUINO", `${board.id} has no Storage.`);
  return installOnRunning(flags.port ?? "", board, storage.bytes, { erase: flags.erase, ...session });
}

function showPlan(flags: Flags, plan: FlashPlan): void {
  const note = "Storage is read from the board first; application, notes and settings in it are kept.";
  const shown = flags.recover ? { ...plan, notes: [...plan.notes, note] } : plan;
  printResult(flags.json, planReport(shown), printPlan(shown));
}

async function printPorts({ json }: FlashFlags): Promise<void> {
  const { listPorts } = await import("../host/flash/ports.js");
  const ports = await listPorts();
  const none = "No serial port on USB. Is the board plugged in, with a cable that carries data?\n";
  const lines = ports.map(({ path, about }) => `${path}  ${about}\n`);
  printResult(json, ports, lines.join("") || none);
}

async function serve(job: FlashJob, notes: readonly string[]): Promise<void> {
  const { serveFlashPage } = await import("../host/flash/browser/server.js");
  const page = await serveFlashPage(job, notes);
  process.stdout.write(`Open ${page.url} in Chrome or Edge on this computer. Ctrl-C ends it.\n`);
  try {
    await untilSignal();
  } finally {
    await page.close();
  }
}

async function optionsOf(flags: Flags): Promise<PrepareOptions> {
  const { firmware, insecure, hostname, flashMode, open, running, recover, window, timeZone, wifiSsid } =
    flags;
  const password = await readPassword(flags.passwordFile);
  const app = flags.app === undefined ? undefined : await readBytes(flags.app);
  if (flags.wifiPasswordFile !== undefined && wifiSsid === undefined)
    throw new SluiceError("BAD_WIFI_SETTINGS", "A Wi-Fi password without --wifi-ssid.");
  // The environment's password is the board's, never the network's.
  const wifiPassword = await readPassword(flags.wifiPasswordFile || undefined, {});
  const wifi = wifiSsid === undefined ? undefined : { ssid: wifiSsid, password: wifiPassword };
  const trust = await readTrust(flags.trust);
  const image = { firmware, insecure, flashMode, running, recover };
  const strictAuth = !flags.laxAuth;
  return { ...image, app, password, open, strictAuth, hostname, window, timeZone, wifi, trust };
}
