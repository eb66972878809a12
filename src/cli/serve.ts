import type { Command } from "commander";
import { reasonOf, SluiceError } from "../errors/sluice-error.js";
import type { EventWords } from "../events/describe-event.js";
import { readPassword } from "../host/password.js";
import { readText } from "../node/files.js";
import type { ServerConfig } from "../server/config-file.js";
import type { ServerEvent } from "../server/events.js";
import { passwordHash, type ServerSecrets, secretHash } from "../server/wire/credentials.js";
import { listenPort, wholeNumber } from "./arguments.js";
import { eventPrinter, processOutput, readCertificate, untilSignal } from "./terminal.js";

/** As commander parses them. */
interface ServeFlags extends Omit<ServerConfig, "devices"> {
  readonly config?: string;
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
    .option("--port <port>", "TCP port; 0 takes a free one (else 8266)", listenPort)
    .option("--bind <address>", "only at this address of the computer (else at all)")
    .option("--config <file>", "settings and boards as JSON")
    .option("--token-file <file>", "tokens that boards and people may use, one a line")
    .option("--user <name>", "user for Basic; the password is --password-file or SLUICE_PASSWORD")
    .option("--password-file <file>", "the first line is the user's password")
    .option("--cert <file>", "certificate chain in PEM, for HTTPS")
    .option("--key <file>", "the certificate's key in PEM")
    .option(
      "--database <place>",
      "file or postgres:// address (else DATABASE_URL, for one with a password; else DIR/.sluice/server.db)",
    )
    .option(
      "--tries <n>",
      "how often a board is sent an image that it does not become (else 3)",
      wholeNumber(1, 100),
    )
    .option("--trust-proxy <addresses>", "believe X-Forwarded-For of these proxies, with commas")
    .option("--open", "serve everyone, without any secret")
    .option("--json", "one event a line, for scripts")
    .addHelpText("after", "\nExample:\n  sluice serve images --token-file tokens.txt\n")
    .action(runServe);
}

const defaultPort = 8266;
/** A shorter one can be guessed over the network. */
const tokenLengthMin = 16;
const passwordLengthMin = 8;

/** What `sluice serve` does: runs until SIGINT or SIGTERM. Rejects with SluiceError when it cannot. */
async function runServe(folder: string, flags: ServeFlags): Promise<void> {
  const { readServerConfig } = await import("../server/config-file.js");
  const { databasePlace, openDatabase } = await import("../server/db/open-database.js");
  const { keepMarker, markerFile } = await import("../server/db/database-marker.js");
  const { Fleet } = await import("../server/db/fleet.js");
  const { UpdateServer } = await import("../server/update-server.js");
  const config = flags.config === undefined ? {} : await readServerConfig(flags.config);
  const settings: ServerConfig = { ...config, ...flags };
  const secrets = await secretsOf(settings);
  const tls = await certificateOf(settings);
  const place = databasePlace(folder, settings.database);
  const marker = markerFile(folder, place);
  const db = await openDatabase(place, marker);
  try {
    const fleet = new Fleet(db, Date.now);
    for (const [mac, change] of Object.entries(config.devices ?? {})) await fleet.setDevice(mac, change);
    if (!isGuarded(secrets) && !(await fleet.hasTokens())) throw new SluiceError("NO_SERVER_SECRET");
    const onEvent = eventPrinter(processOutput(flags), words);
    const server = new UpdateServer({
      folder,
      fleet,
      secrets,
      tls,
      tries: settings.tries,
      unknown: {
        most: settings.unknownBoards,
        perHour: settings.unknownPerHour,
        days: settings.unknownDays,
      },
      trustProxy: settings.trustProxy?.split(",").map((one) => one.trim()),
      onEvent,
    });
    const ended = untilSignal();
    const { port, address } = await server.listen(settings.port ?? defaultPort, settings.bind);
    try {
      if (marker !== undefined) await keepMarker(db, marker);
    } catch (error) {
      // A folder that is read-only is no reason not to serve it.
      const text = `an empty database would not be noticed at the next start: ${reasonOf(error)}`;
      onEvent({ event: "trouble", text });
    }
    onEvent({ event: "ready", folder, port, address, https: tls !== undefined, open: secrets.open });
    await ended;
    await server.close();
  } finally {
    await db.destroy();
  }
}

function isGuarded({ open, tokenHashes, passwordHash }: ServerSecrets): boolean {
  return open || tokenHashes.length > 0 || passwordHash !== undefined;
}

async function secretsOf(settings: ServerConfig): Promise<ServerSecrets> {
  const { user, open = false } = settings;
  const password = user === undefined ? undefined : await readPassword(settings.passwordFile);
  if (user !== undefined && password === undefined)
    throw new SluiceError(
      "BAD_SERVER_CONFIG",
      `the user ${user} has no password: --password-file or SLUICE_PASSWORD`,
    );
  if (password !== undefined && password.length < passwordLengthMin)
    throw new SluiceError(
      "BAD_SERVER_CONFIG",
      `the password of ${user} has fewer than ${passwordLengthMin} characters, and wrong ones are not slowed down`,
    );
  if (user === undefined && settings.passwordFile !== undefined)
    throw new SluiceError("BAD_SERVER_CONFIG", "a password without a user: give --user as well");
  return {
    open,
    user,
    passwordHash: password === undefined ? undefined : passwordHash(password),
    tokenHashes: settings.tokenFile === undefined ? [] : await readTokens(settings.tokenFile),
  };
}

async function readTokens(file: string): Promise<string[]> {
  const lines = (await readText(file)).split(/\r?\n/).map((line) => line.trim());
  const tokens = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const wrong = tokens.find((token) => !/^[\x21-\x7e]+$/.test(token) || token.length < tokenLengthMin);
  if (tokens.length === 0 || wrong !== undefined)
    throw new SluiceError(
      "BAD_SERVER_CONFIG",
      `${file} should hold tokens of ${tokenLengthMin} signs or more without blanks, one a line`,
    );
  return tokens.map(secretHash);
}

async function certificateOf(settings: ServerConfig): Promise<{ cert: string; key: string } | undefined> {
  const pair = await readCertificate(settings, "HTTPS");
  if (pair === undefined) return undefined;
  const { createSecureContext } = await import("node:tls");
  try {
    createSecureContext(pair);
  } catch (cause) {
    const what = `${settings.cert} and ${settings.key} do not make a certificate`;
    throw new SluiceError("BAD_SERVER_CONFIG", `${what}: ${reasonOf(cause)}`, { cause });
  }
  return pair;
}

type ShownEvent =
  | ServerEvent
  | {
      readonly event: "ready";
      readonly folder: string;
      readonly port: number;
      readonly address: string;
      readonly https: boolean;
      readonly open: boolean;
    };

const words: EventWords<ShownEvent> = {
  ready: ({ folder, port, address, https, open }) => {
    const everywhere = address === "::" || address === "0.0.0.0";
    const host = everywhere ? "localhost" : address.includes(":") ? `[${address}]` : address;
    const line = `ready: ${folder} at ${https ? "https" : "http"}://${host}:${port}/`;
    if (open)
      return `${line}\n  open: everyone who reaches this port gets images and sees the table of boards`;
    if (https) return line;
    return `${line}\n  plain HTTP: tokens and passwords can be read in this network; --cert and --key end that`;
  },
  answer: ({ mac, address, status, row, file, text }) =>
    `${mac ?? address} ${status} ${row}${file === undefined ? "" : ` ${file}`}${text ? `: ${text}` : ""}`,
  sent: ({ part, mac, bytes, file }) =>
    part === undefined ? `${mac} has all ${bytes} bytes of ${file}` : `${mac} has bytes ${part} of ${file}`,
  broken: ({ mac, bytes, file }) => `${mac} broke off after ${bytes} bytes of ${file}`,
  changed: ({ mac, file }) => `${mac} was cut off: ${file} changed`,
  outcome: ({ mac, file, outcome }) => `${mac} ${file}: ${outcome}`,
  report: ({ mac, report, code }) => `${mac} reports ${report}${code === undefined ? "" : ` ${code}`}`,
  images: ({ sound, refused }) =>
    [`images: ${sound} to serve`, ...refused.map(({ file, text }) => `  not served: ${file}: ${text}`)].join(
      "\n",
    ),
  trouble: ({ text }) => `trouble: ${text}`,
};
