let owner = "";

/**
 * DeviceScript has a single socket: whoever opens it takes it from the gateway's connection, which then comes back half
 * a minute later. So a program has either a gateway or polls, never both.
 */
export function claimSocket(who: string): void {
  if (owner !== "" && owner !== who)
    throw new Error(`${who} cannot begin: ${owner} has the board's only socket; use one of them`);
  owner = who;
}
