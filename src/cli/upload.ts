import type { Command } from "commander";
import { parseDuration, parsePort, parseTarget } from "./upload-target.js";

/** As commander leaves them. */
export interface UploadFlags {
  readonly to: { host: string; port: number | undefined };
  readonly filesystem?: true;
  readonly board?: string;
  readonly passwordFile?: string;
  readonly hostPort?: number;
  readonly hostIp?: string;
  readonly dialect?: "esp8266" | "esp32";
  readonly gateway?: string;
  readonly force?: true;
  /** Seconds; false: not even the few that a board asks for. */
  readonly wait?: number | false;
  readonly json?: true;
  readonly quiet?: true;
}

export function addUpload(program: Command): void {
  program
    .command("upload")
    .description("Send an image to a board over the air.")
    .argument(
      "<image>",
      "bundle (.app), firmware (.bin), Espruino's package (.tgz, .zip, folder, https), filesystem, or DeviceScript program (.devs)",
    )
    .requiredOption(
      "--to <host[:port]>",
      "the board's name or address, and its UDP port (else what its name tells, else 3232)",
      parseTarget,
    )
    .option("--filesystem", "the image is for the filesystem partition")
    .option(
      "--board <name>",
      "which board it is: picks its build out of a package, judges the image before it is sent",
    )
    .option("--password-file <file>", "password on the first line (else SLUICE_PASSWORD, else asked for)")
    .option("--host-port <port>", "TCP port the board connects back to (else a free one)", parsePort)
    .option("--host-ip <address>", "address of this computer to use")
    .addOption(
      program.createOption("--dialect <dialect>", "size of the chunks").choices(["esp8266", "esp32"]),
    )
    .option(
      "--gateway <dir>",
      "DeviceScript: state folder of the running gateway (else SLUICE_GATEWAY, else your own)",
    )
    .option("--force", "DeviceScript: go on when the program on the board does not answer")
    .option(
      "--wait <time>",
      "wait until the board allows updates, e.g. 12h, 30m: window, button",
      parseDuration,
    )
    .option("--no-wait", "fail at once when the board says to try again later")
    .option("--json", "one event a line, for scripts")
    .option("--quiet", "say nothing unless it fails")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice upload garden.app --to garden.local --password-file garden.password\n" +
        "  sluice upload espruino_2v29_esp32.tgz --board esp32-devkit --to garden.local\n",
    )
    .action(async (image: string, flags: UploadFlags) => {
      const { upload } = await import("./upload-run.js");
      await upload(image, flags);
    });
}
