import { type Command, InvalidArgumentError } from "commander";

/** As commander leaves them. */
export interface ServeFlags {
  readonly port?: number;
  readonly bind?: string;
  readonly config?: string;
  readonly user?: string;
  readonly passwordFile?: string;
  readonly tokenFile?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly database?: string;
  readonly tries?: number;
  readonly open?: true;
  readonly json?: true;
}

/** `sluice serve DIR`: the server that boards poll for updates. */
export function addServe(program: Command): void {
  program
    .command("serve")
    .summary("serve a folder of images to boards that poll")
    .description(
      "Serve a folder of images (bundles, firmware, filesystems) to boards that poll: Sluice's own, and those of the ESP8266 and ESP32 Arduino cores. A page at / shows all boards; /api is for scripts.",
    )
    .argument("<dir>", "the folder; a folder inside it is a channel of its name")
    .option("--port <port>", "TCP port; 0 takes a free one (else 8266)", port)
    .option("--bind <address>", "only at this address of the computer (else at all)")
    .option("--config <file>", "settings and boards as JSON")
    .option("--token-file <file>", "tokens that boards and people may use, one a line")
    .option("--user <name>", "user for Basic; the password is --password-file or SLUICE_PASSWORD")
    .option("--password-file <file>", "the first line is the user's password")
    .option("--cert <file>", "certificate chain in PEM, for HTTPS")
    .option("--key <file>", "the certificate's key in PEM")
    .option(
      "--database <place>",
      "file or postgres:// address (else DATABASE_URL, else DIR/.sluice/server.db)",
    )
    .option("--tries <n>", "how often a board is sent an image that it does not become (else 3)", count)
    .option("--open", "serve everyone, without any secret")
    .option("--json", "one event a line, for scripts")
    .addHelpText("after", "\nExample:\n  sluice serve images --token-file tokens.txt\n")
    .action(async (folder: string, flags: ServeFlags) => {
      const { runServe } = await import("./serve-run.js");
      await runServe(folder, flags);
    });
}

function port(text: string): number {
  const value = Number(text);
  if (text === "" || !Number.isInteger(value) || value < 0 || value > 65535)
    throw new InvalidArgumentError("A port number from 0 to 65535 is wanted.");
  return value;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 100)
    throw new InvalidArgumentError("A number from 1 to 100 is wanted.");
  return value;
}
