import { Endpoint } from "../devicescript/gateway/endpoint/endpoint.js";
import { EndpointClient } from "../devicescript/gateway/endpoint/endpoint-client.js";
import { Gateway } from "../devicescript/gateway/gateway.js";
import { gatewayFolder, StateFolder } from "../devicescript/gateway/store/state-folder.js";
import { SluiceError } from "../errors/sluice-error.js";
import { readPassword } from "../host/password.js";
import type { GatewayFlags } from "./gateway.js";
import { boardsTable, gatewayView } from "./gateway-view.js";
import { readText } from "./read-text.js";
import { untilSignal } from "./until-signal.js";

const defaultPort = 8267;

/** What `sluice gateway` does: runs until SIGINT or SIGTERM. Rejects with SluiceError when it cannot. */
export async function runGateway(flags: GatewayFlags): Promise<void> {
  const folder = new StateFolder(gatewayFolder(flags.state));
  await refuseSecond(folder.folder);
  const out = (text: string): boolean => process.stdout.write(text);
  const view = gatewayView({ json: flags.json ?? false, out });
  const password = await readPassword(flags.passwordFile);
  const tls = await certificateOf(flags);
  const gateway = new Gateway({ folder, password, tls, logs: flags.logs ?? false, onEvent: view.event });
  const endpoint = new Endpoint(gateway, folder);
  const ended = untilSignal();
  const { port, address } = await gateway.listen(flags.port ?? defaultPort, flags.bind);
  await endpoint.open();
  const boards = gateway.boards().map(({ name }) => name);
  view.ready({ folder: folder.folder, port, address, tls: tls !== undefined, boards });
  await ended;
  await endpoint.close();
  await gateway.close();
}

export async function runBoards(flags: GatewayFlags): Promise<void> {
  const rows = await new EndpointClient(gatewayFolder(flags.state)).boards();
  process.stdout.write(flags.json ? `${JSON.stringify(rows)}\n` : boardsTable(rows));
}

export async function runRotate(name: string, flags: GatewayFlags): Promise<void> {
  await new EndpointClient(gatewayFolder(flags.state)).rotate(name);
  const said = `${name} was told its new key; the old one ends when it connects with it\n`;
  process.stdout.write(flags.json ? `${JSON.stringify({ event: "told", board: name })}\n` : said);
}

/** Two gateways would write the same records. */
async function refuseSecond(folder: string): Promise<void> {
  try {
    await new EndpointClient(folder).boards();
  } catch (error) {
    if (error instanceof SluiceError && error.code === "GATEWAY_NOT_RUNNING") return;
    throw error;
  }
  throw new SluiceError("GATEWAY_RUNNING", `A gateway runs with ${folder} already.`);
}

async function certificateOf({
  cert,
  key,
}: GatewayFlags): Promise<{ cert: string; key: string } | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new SluiceError("BAD_SERVER_CONFIG", "wss needs both --cert and --key");
  return { cert: await readText(cert), key: await readText(key) };
}
