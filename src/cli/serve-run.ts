import { SluiceError } from "../errors/sluice-error.js";
import { readPassword } from "../host/password.js";
import { readServerConfig, type ServerConfig } from "../server/config-file.js";
import { Fleet } from "../server/db/fleet.js";
import { databasePlace, openDatabase } from "../server/db/open-database.js";
import { UpdateServer } from "../server/update-server.js";
import { type ServerSecrets, secretHash } from "../server/wire/credentials.js";
import { readText } from "./read-text.js";
import type { ServeFlags } from "./serve.js";
import { serveView } from "./serve-view.js";
import { untilSignal } from "./until-signal.js";

const defaultPort = 8266;
/** A shorter one can be guessed over the network. */
const tokenLengthMin = 16;

/** What `sluice serve` does: runs until SIGINT or SIGTERM. Rejects with SluiceError when it cannot. */
export async function runServe(folder: string, flags: ServeFlags): Promise<void> {
  const config = flags.config === undefined ? {} : await readServerConfig(flags.config);
  const settings: ServerConfig = { ...config, ...flags };
  const secrets = await secretsOf(settings);
  const tls = await certificateOf(settings);
  const db = await openDatabase(databasePlace(folder, settings.database));
  try {
    const fleet = new Fleet(db, Date.now);
    for (const [mac, change] of Object.entries(config.devices ?? {})) await fleet.setDevice(mac, change);
    if (!isGuarded(secrets) && !(await fleet.hasTokens())) throw new SluiceError("NO_SERVER_SECRET");
    const out = (text: string): boolean => process.stdout.write(text);
    const view = serveView({ json: flags.json ?? false, out });
    const server = new UpdateServer({
      folder,
      fleet,
      secrets,
      onEvent: view.event,
      ...(tls === undefined ? {} : { tls }),
      ...(settings.tries === undefined ? {} : { tries: settings.tries }),
    });
    const ended = untilSignal();
    const { port, address } = await server.listen(settings.port ?? defaultPort, settings.bind);
    view.ready({ folder, port, address, https: tls !== undefined, open: secrets.open });
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
  if (user === undefined && settings.passwordFile !== undefined)
    throw new SluiceError("BAD_SERVER_CONFIG", "a password without a user: give --user as well");
  return {
    open,
    user,
    passwordHash: password === undefined ? undefined : secretHash(password),
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

async function certificateOf({
  cert,
  key,
}: ServerConfig): Promise<{ cert: string; key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new SluiceError("BAD_SERVER_CONFIG", "HTTPS needs both --cert and --key");
  const pair = { cert: await readText(cert), key: await readText(key) };
  const { createSecureContext } = await import("node:tls");
  try {
    createSecureContext(pair);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SluiceError("BAD_SERVER_CONFIG", `${cert} and ${key} do not make a certificate: ${reason}`, {
      cause,
    });
  }
  return pair;
}
