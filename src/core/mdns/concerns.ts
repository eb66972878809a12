/** What queries about us have in them: our kinds of services, the list of kinds, an address looked up backwards. */
const marks = ["_arduino", "_http", "_dns-sd", "in-addr"];

/**
 * Whether a datagram may be about the host. Most of what is said on a network is about others, and reading it takes an
 * interpreter long; labels always lie in one piece, so a look for ours tells.
 */
export function mayConcern(host: string, text: string): boolean {
  const lower = text.toLowerCase();
  if (lower.indexOf(host.toLowerCase()) >= 0) return true;
  // A response is about us only if it names us.
  if (text.charCodeAt(2) >= 128) return false;
  for (const mark of marks) if (lower.indexOf(mark) >= 0) return true;
  return false;
}
