import { gatewayAddress } from "../devicescript/gateway/keys.js";
import { gatewayFolder, StateFolder } from "../devicescript/gateway/store/state-folder.js";
import { provision } from "../devicescript/provision/provision.js";
import { SluiceError } from "../errors/sluice-error.js";
import { openLine } from "../host/flash/ports.js";
import { readPassword } from "../host/password.js";
import type { ProvisionFlags } from "./provision.js";

/** What `sluice provision` does. Rejects with SluiceError. */
export async function runProvision(flags: ProvisionFlags): Promise<void> {
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
  process.stdout.write(flags.json ? `${JSON.stringify({ id, name, gateway, renewed })}\n` : words);
}

/** jacdac-ts tells the console of every connection. */
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
