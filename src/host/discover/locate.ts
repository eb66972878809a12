import { isLocalName, type LocalNameOptions, resolveLocalName } from "./local-name.js";

/** espota's UDP port on ESP32 and Sluice boards. */
const defaultPort = 3232;

/**
 * Where to send for what the user named. A board that has a name in `.local` also tells the port it listens at; a name
 * that nobody answers to is left as it is, for who opens the connection to say so.
 */
export async function locateBoard(
  target: { readonly host: string; readonly port?: number | undefined },
  options: LocalNameOptions = {},
): Promise<{ host: string; port: number }> {
  const { host, port } = target;
  if (port !== undefined) return { host, port };
  if (!isLocalName(host)) return { host, port: defaultPort };
  // A computer that cannot ask may still know the name.
  const found = await resolveLocalName(host, options).catch(() => undefined);
  return { host: found?.address ?? host, port: found?.port ?? defaultPort };
}
