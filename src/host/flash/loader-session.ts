import { ESPLoader } from "esptool-js";
import { chips } from "../../../boards/board.js";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { EsptoolTransport } from "./esptool-transport.js";
import type { FlashEvent, FlashJob } from "./job.js";
import type { SerialLine } from "./serial-line.js";

/** What a session needs of its job. */
type SessionJob = Pick<FlashJob, "chip" | "flashSize" | "baud">;

export interface SessionOptions {
  readonly onEvent?: ((event: FlashEvent) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Resets with SYNC before giving up; each takes up to a second. */
  readonly attempts?: number | undefined;
}

const silence = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };
const romBaud = 115200;

/** A board whose loader answers, and whose chip is the right one. */
export interface LoaderSession {
  readonly loader: ESPLoader;
  readonly report: (event: FlashEvent) => void;
  /** Ends the loader: the board starts what is in its flash. */
  readonly restart: () => Promise<void>;
}

/**
 * Puts the board into its loader, makes sure that it is the board meant, starts the vendor's stub in its RAM, and lets
 * `use` work with it. The line is closed in every case.
 * @throws SluiceError PORT_NOT_OPENED, NO_BOARD_ON_PORT, WRONG_BOARD, BOARD_LOCKED, FLASH_TOO_SMALL, CABLE_LOST,
 *   FLASH_CANCELLED, and what `use` throws
 */
export async function withLoader<T>(
  line: SerialLine,
  job: SessionJob,
  options: SessionOptions,
  use: (session: LoaderSession) => Promise<T>,
): Promise<T> {
  const transport = new EsptoolTransport(line);
  const cancel = (): void => transport.fail(new SluiceError("FLASH_CANCELLED"));
  options.signal?.addEventListener("abort", cancel, { once: true });
  if (options.signal?.aborted) cancel();
  try {
    const work = connect(transport, line, job, options).then(use);
    // The work ends by itself soon after the line is lost; how does not matter.
    work.catch(() => undefined);
    return await Promise.race([work, transport.whenLost]);
  } catch (error) {
    throw explained(error, transport);
  } finally {
    options.signal?.removeEventListener("abort", cancel);
    transport.fail(new Error("the session is over"));
    await line.close();
  }
}

async function connect(
  transport: EsptoolTransport,
  line: SerialLine,
  job: SessionJob,
  { onEvent: report = () => undefined, attempts = 7 }: SessionOptions,
): Promise<LoaderSession> {
  report({ event: "connecting" });
  const baudrate = line.hasSignals ? job.baud : romBaud;
  const loader = new ESPLoader({ transport, baudrate, romBaudrate: romBaud, terminal: silence });
  try {
    await loader.detectChip(line.hasSignals ? "default_reset" : "no_reset", attempts);
  } catch (cause) {
    if (cause instanceof SluiceError || transport.lost) throw cause;
    const text = `No boot loader answers on this port (${reasonOf(cause)}).`;
    throw new SluiceError("NO_BOARD_ON_PORT", text, { cause });
  }
  const wanted = chips[job.chip].name;
  if (loader.chip.CHIP_NAME !== wanted)
    throw new SluiceError(
      "WRONG_BOARD",
      `The port has an ${loader.chip.CHIP_NAME}, the board named has an ${wanted}; nothing was written.`,
    );
  await loader.runStub();
  if (!loader.IS_STUB) throw new SluiceError("BOARD_LOCKED");
  if (baudrate !== romBaud) await loader.changeBaud();
  const flashSize = await readFlashSize(loader);
  if (flashSize < job.flashSize)
    throw new SluiceError(
      "FLASH_TOO_SMALL",
      `The flash chip has ${flashSize / 1024} KB, this board needs ${job.flashSize / 1024}; nothing was written.`,
    );
  report({ event: "connected", chip: loader.chip.CHIP_NAME, flashSize });
  return { loader, report, restart: () => restart(transport, line) };
}

/** The id's third byte is log2 of the size, 0x20 and up in newer series. */
async function readFlashSize(loader: ESPLoader): Promise<number> {
  const name = loader.DETECTED_FLASH_SIZES[((await loader.readFlashId()) >> 16) & 0xff];
  const found = /^(\d+)(KB|MB)$/.exec(name ?? "");
  if (found === null) throw new SluiceError("FLASH_TOO_SMALL", "The flash chip does not tell its size.");
  return Number(found[1]) * (found[2] === "KB" ? 1024 : 1024 * 1024);
}

/** esptool-js 0.7.0 only releases the reset line, without having held it. */
async function restart(transport: EsptoolTransport, line: SerialLine): Promise<void> {
  if (!line.hasSignals) return;
  await transport.setSignals(false, true);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await transport.setSignals(false, false);
}

function explained(error: unknown, transport: EsptoolTransport): unknown {
  if (error instanceof SluiceError) return error;
  const what = transport.lost ? "The line to the board is gone" : "The board no longer answers";
  return new SluiceError("CABLE_LOST", `${what}: ${reasonOf(error)}.`, { cause: error });
}
