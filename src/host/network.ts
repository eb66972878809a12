import { BlockList } from "node:net";
import { networkInterfaces } from "node:os";
import { SluiceError } from "../errors/sluice-error.js";

/**
 * For a user whose board does not connect back: the interface in use, and whether the board is in its
 * network at all (behind a router or in a guest network the way back is often closed).
 */
export function describeRoute(
  hostAddress: string,
  boardAddress: string,
  all: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): string {
  for (const [name, addresses = []] of Object.entries(all)) {
    const own = addresses.find(({ family, address }) => family === "IPv4" && address === hostAddress);
    if (own === undefined) continue;
    const network = new BlockList();
    network.addSubnet(hostAddress, Number(own.cidr?.split("/")[1] ?? 32));
    return network.check(boardAddress)
      ? `${hostAddress} (${name})`
      : `${hostAddress} (${name}, which is not in the network of ${boardAddress})`;
  }
  return hostAddress;
}

/** One IPv4 address of each network of this computer, loopback only when it is named. @throws SluiceError NO_INTERFACE */
export function interfacesFor(only: string | undefined, all = networkInterfaces()): string[] {
  const found: string[] = [];
  for (const [name, addresses = []] of Object.entries(all)) {
    const usable = addresses.filter(({ family }) => family === "IPv4");
    const wanted =
      only === undefined
        ? usable.find(({ internal }) => !internal)
        : usable.find(({ address }) => only === name || only === address);
    if (wanted !== undefined) found.push(wanted.address);
  }
  if (found.length > 0) return found;
  if (only === undefined) throw new SluiceError("NO_INTERFACE", "This computer is in no network.");
  throw new SluiceError(
    "NO_INTERFACE",
    `There is no interface ${only} with an IPv4 address; there are ${Object.keys(all).join(", ")}.`,
  );
}
