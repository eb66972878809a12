import type { Link, LinkEvents, OpenLink } from "../espota/link.js";
import { UploadError } from "../espota/upload-error.js";
import { nextSlot, type UpdaterAddress, writeFirmware } from "./updater-client.js";

/** Bytes that the agent judges before port 88 is touched. */
const headLength = 64;

export interface EscortOptions {
  readonly open: OpenLink;
  readonly updater: (boardAddress: string) => UpdaterAddress;
  readonly image: Uint8Array;
  readonly slot: 1 | 2;
  readonly onProgress: (sent: number) => void;
  readonly onWriting: () => void;
  readonly onWritten: () => void;
  /** It went wrong at port 88: the session with the agent has to end. */
  readonly onFailed: () => void;
}

/**
 * A link whose writes wait for port 88: the agent gets the image's first bytes; once it has acknowledged them, which it
 * does only while the equipment is safe, the native updater gets all of the image; then the agent gets the rest, which it
 * compares with flash.
 */
export class Escort {
  /** Why it failed at port 88. */
  error: unknown;
  private link: Link | undefined;
  private held: Uint8Array[] = [];
  private sent = 0;
  private state: "head" | "writing" | "open" = "head";

  constructor(private readonly options: EscortOptions) {}

  readonly openLink: OpenLink = async (target, events) => {
    const link = await this.options.open(target, this.watched(events));
    this.link = link;
    return { ...link, write: (bytes) => this.write(bytes) };
  };

  private watched(events: LinkEvents): LinkEvents {
    return {
      ...events,
      connected: (address) => {
        this.held = [];
        this.sent = 0;
        this.state = "head";
        events.connected(address);
      },
      received: (text) => {
        // An acknowledgement, and no refusal: the agent has judged the head and waits.
        if (this.state === "head" && /^\d+$/.test(text)) void this.bring();
        events.received(text);
      },
    };
  }

  private write(bytes: Uint8Array): void {
    if (this.state === "open") {
      this.link?.write(bytes);
      return;
    }
    const now = Math.max(0, Math.min(headLength - this.sent, bytes.length));
    this.sent += bytes.length;
    if (now < bytes.length) this.held.push(bytes.subarray(now));
    if (now > 0) this.link?.write(bytes.subarray(0, now));
  }

  private async bring(): Promise<void> {
    this.state = "writing";
    const { image, slot, onProgress, onWriting, onWritten, onFailed } = this.options;
    try {
      const updater = this.options.updater(this.link?.address ?? "");
      const free = await nextSlot(updater);
      if (free !== slot)
        throw new UploadError(
          "upload",
          "NATIVE_SLOT_UNCLEAR",
          `The agent takes an image for user${slot}, port ${updater.port} wants user${free}.`,
        );
      onWriting();
      await writeFirmware(updater, image, onProgress);
      onWritten();
      this.state = "open";
      const held = this.held;
      this.held = [];
      for (const bytes of held) this.link?.write(bytes);
    } catch (error) {
      this.error = error;
      onFailed();
    }
  }
}
