import { join } from "node:path";

/**
 * Where the table of boards lies: what was said, else DATABASE_URL, else a file in the folder of images, hidden so that
 * it is never served.
 */
export function databasePlace(
  folder: string,
  said: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return said ?? (environment["DATABASE_URL"] || join(folder, ".sluice", "server.db"));
}
