import { networkInterfaces } from "node:os";
import { SluiceError } from "../../errors/sluice-error.js";

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
