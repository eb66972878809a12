import { networkInterfaces } from "node:os";

/** Name and network of one of this computer's IPv4 addresses. */
export interface LocalNetwork {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
}

export function localNetworks(): LocalNetwork[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter(({ family }) => family === "IPv4")
      .map(({ address, netmask }) => ({ name, address, netmask })),
  );
}

/**
 * What to tell a user whose board does not connect back: the interface in use, and whether the board is in its
 * network at all (behind a router or in a guest network the way back is often closed).
 */
export function describeRoute(
  hostAddress: string,
  boardAddress: string,
  networks: readonly LocalNetwork[] = localNetworks(),
): string {
  const own = networks.find(({ address }) => address === hostAddress);
  if (!own) return hostAddress;
  const same = masked(boardAddress, own.netmask) === masked(hostAddress, own.netmask);
  return same
    ? `${hostAddress} (${own.name})`
    : `${hostAddress} (${own.name}, which is not in the network of ${boardAddress})`;
}

function masked(address: string, netmask: string): number {
  return (toNumber(address) & toNumber(netmask)) >>> 0;
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0);
}
