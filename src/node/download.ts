import { reasonOf, SluiceError } from "../errors/sluice-error.js";

export interface DownloadOptions {
  /** Allow http:, which anyone on the way can change. */
  readonly insecure?: boolean | undefined;
  readonly timeoutMs?: number;
  /** Bytes. */
  readonly limit?: number;
}

/**
 * Fetches a file.
 * @param address begins with https://; with `insecure` http:// as well
 * @throws SluiceError DOWNLOAD_FAILED
 */
export async function download(address: string, options: DownloadOptions): Promise<Uint8Array> {
  const { insecure = false, timeoutMs = 60_000, limit = 64 * 1024 * 1024 } = options;
  const allowed = (url: string) => url.startsWith("https://") || (insecure && url.startsWith("http://"));
  const fail = (why: string, cause?: unknown) =>
    new SluiceError("DOWNLOAD_FAILED", `${address}: ${why}`, { cause });
  if (!allowed(address)) throw fail("only https:// is fetched (--insecure allows http://)");
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(timeoutMs) });
    // A redirection must not lead where the address itself could not have.
    if (!allowed(answer.url)) throw fail(`it leads to ${answer.url}, which is not https://`);
    if (!answer.ok || answer.body === null) throw fail(`the server answers ${answer.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of answer.body as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > limit) throw fail(`it is larger than ${limit} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts);
  } catch (cause) {
    if (cause instanceof SluiceError) throw cause;
    // What fetch throws has the reason in its cause.
    const inner = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
    throw fail(reasonOf(cause) + inner, cause);
  }
}
