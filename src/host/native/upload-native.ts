import { SluiceError } from "../../errors/sluice-error.js";
import { type Clock, systemClock } from "../clock.js";
import type { Deadlines } from "../espota/deadlines.js";
import { openNodeLink } from "../espota/node-link.js";
import { UploadError } from "../espota/upload-error.js";
import { COMMAND_USER1 } from "../espota/wire.js";
import { uploadImage } from "../upload.js";
import type { UploadOptions, UploadResult } from "../upload-options.js";
import { awaitNewFirmware } from "./await-firmware.js";
import { Escort } from "./escort.js";
import { type AnyUploadEvent, openPortText } from "./events.js";
import { restartIntoNext, type UpdaterAddress } from "./updater-client.js";

/** The images of a package by slot. Whichever the board has free is sent. */
export interface UserImages {
  readonly user1?: Uint8Array | undefined;
  readonly user2?: Uint8Array | undefined;
}

export interface NativeUploadOptions
  extends Omit<UploadOptions, "image" | "command" | "filesystem" | "onEvent"> {
  readonly images: UserImages;
  /** TCP port of the native updater; 88 unless something stands between. */
  readonly nativePort?: number;
  readonly onEvent?: ((event: AnyUploadEvent & { readonly at: number }) => void) | undefined;
}

export interface NativeUploadResult extends UploadResult {
  /** 1 or 2, the slot that runs now. */
  readonly slot: number;
}

/** The agent is silent as long as port 88 has the image (session's nativeIdleMs on the board: 120 s). */
const patient: Partial<Deadlines> = { ack: 125_000, firstAck: 125_000 };
/** The board waits half a minute for its restart, then it restarts by itself with what it had. ms */
const restartWithinMs = 20_000;
const again = 1000;

/**
 * Firmware for an ESP8266 with Espruino: the agent asks for the password, makes the equipment safe and holds it so; port
 * 88 writes; the agent compares flash with what was sent; port 88 restarts the chip. Resolves when the agent answers
 * under the new firmware.
 * @throws UploadError as uploadImage, and NATIVE_…, NEEDS_BOTH_SLOTS
 */
export async function uploadNative(options: NativeUploadOptions): Promise<NativeUploadResult> {
  return new NativeUpload(options).go();
}

class NativeUpload {
  private readonly clock: Clock;
  private readonly startedAt: number;
  private readonly nativePort: number;

  constructor(private readonly options: NativeUploadOptions) {
    this.clock = options.clock ?? systemClock;
    this.startedAt = this.clock.now();
    this.nativePort = options.nativePort ?? 88;
  }

  async go(): Promise<NativeUploadResult> {
    const { user1, user2 } = this.options.images;
    this.emit({ event: "open-port", port: this.nativePort, text: openPortText });
    // A board that was never updated this way runs user1.
    const first = user2 === undefined ? 1 : 2;
    try {
      try {
        return await this.bring(first);
      } catch (error) {
        if (!(error instanceof UploadError) || error.code !== "OTHER_SLOT") throw error;
        const second = first === 1 ? 2 : 1;
        if ((second === 1 ? user1 : user2) === undefined)
          throw new UploadError(
            "invitation",
            "NEEDS_BOTH_SLOTS",
            `The board wants user${second}.bin, given was user${first}.bin.`,
            error.answer,
          );
        this.emit({ event: "other-slot", slot: second });
        return await this.bring(second);
      }
    } catch (error) {
      if (error instanceof SluiceError)
        this.emit({ event: "failed", code: error.code, text: error.message, remedy: error.remedy });
      throw error;
    }
  }

  private async bring(slot: 1 | 2): Promise<NativeUploadResult> {
    const image = slot === 1 ? this.options.images.user1 : this.options.images.user2;
    if (image === undefined) throw new UploadError("setup", "NEEDS_BOTH_SLOTS", "No image was given.");
    const result = await this.accompany(slot, image);
    const updater = this.updater(result.address);
    this.emit({ event: "native-restart", slot });
    await this.restart(updater);
    const { port } = this.options.to;
    await awaitNewFirmware({
      updater,
      slot,
      agent: { ...this.options.to, host: result.address, port },
      open: this.options.openLink ?? openNodeLink,
      onBack: () => this.emit({ event: "native-back", slot: 3 - slot }),
    });
    this.emit({ event: "native-runs", slot });
    return { ...result, slot, milliseconds: Math.round(this.clock.now() - this.startedAt) };
  }

  /** The session with the agent, from the password to its word that flash holds the image. */
  private async accompany(slot: 1 | 2, image: Uint8Array): Promise<UploadResult> {
    const { options } = this;
    const cancel = new AbortController();
    const cancelled = () => cancel.abort();
    if (options.signal?.aborted) cancelled();
    options.signal?.addEventListener("abort", cancelled);
    const total = image.length;
    const escort = new Escort({
      open: options.openLink ?? openNodeLink,
      updater: (address) => this.updater(address, cancel.signal),
      image,
      slot,
      onWriting: () => this.emit({ event: "native-writing", slot, total }),
      onProgress: (sent) => this.emit({ event: "native-progress", sent, total }),
      onWritten: () => this.emit({ event: "native-written", total }),
      onFailed: cancelled,
    });
    try {
      const { images: _images, nativePort: _port, ...session } = options;
      return await uploadImage({
        ...session,
        image,
        command: COMMAND_USER1 + slot - 1,
        deadlines: { ...patient, ...options.deadlines },
        openLink: escort.openLink,
        signal: cancel.signal,
        clock: this.clock,
        // How it ended is told once, at the end of all attempts.
        onEvent: (event) => {
          if (event.event !== "failed" && event.event !== "result") this.emit(event);
        },
      });
    } catch (error) {
      throw escort.error !== undefined && !options.signal?.aborted ? escort.error : error;
    } finally {
      cancel.abort();
      options.signal?.removeEventListener("abort", cancelled);
    }
  }

  /** An answer that got lost must not lose the update: asked twice, the chip restarts once. */
  private async restart(updater: UpdaterAddress): Promise<void> {
    const until = this.clock.now() + restartWithinMs;
    for (;;) {
      try {
        await restartIntoNext(updater);
        return;
      } catch (error) {
        if (!(error instanceof UploadError) || error.code !== "NATIVE_UPDATER_SILENT") throw error;
        if (this.clock.now() + again >= until) return;
        await new Promise<void>((resolve) => {
          this.clock.after(again, resolve);
        });
      }
    }
  }

  private updater(host: string, signal = this.options.signal): UpdaterAddress {
    return { host, port: this.nativePort, clock: this.clock, signal };
  }

  private emit(event: AnyUploadEvent): void {
    this.options.onEvent?.({ ...event, at: Math.round(this.clock.now() - this.startedAt) });
  }
}
