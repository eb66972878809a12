import {
  crc,
  JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK,
  JD_FRAME_FLAG_COMMAND,
  JD_FRAME_FLAG_IDENTIFIER_IS_SERVICE_CLASS,
  JD_FRAME_FLAG_LOOPBACK,
  JD_SERVICE_INDEX_BROADCAST,
  SRV_USB_BRIDGE,
  Transport,
  UsbBridgeCmd,
  UsbBridgeQByte,
} from "jacdac-ts";
import type { SerialLine } from "../../host/flash/serial-line.js";

/** What jacdac-ts and DeviceScript's firmware use on a cable, bits per second. */
const baud = 1_500_000;
/** The board forwards its bus for a while after each of these, ms. */
const enableMs = 500;

/** A board's Jacdac bus over its cable. */
export class JacdacLine extends Transport {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly line: SerialLine) {
    super("serial", {});
  }

  override description(): string {
    return "a serial line";
  }

  protected async transportConnectAsync(): Promise<void> {
    const decoder = new FrameDecoder((frame) => this.handleFrame(frame));
    await this.line.open(baud, {
      onBytes: (bytes) => decoder.push(bytes),
      onLost: () => void this.disconnect(true),
    });
    const enable = (): void => void this.write(bridgeCommand(UsbBridgeCmd.EnablePackets));
    enable();
    this.timer = setInterval(enable, enableMs);
  }

  protected transportSendPacketAsync(frame: Uint8Array): Promise<void> {
    return this.write(frame);
  }

  protected async transportDisconnectAsync(): Promise<void> {
    clearInterval(this.timer);
    await this.line.close();
  }

  private write(frame: Uint8Array): Promise<void> {
    // A lost line is reported by `onLost`.
    return this.line.write(encodeFrame(frame)).catch(() => undefined);
  }
}

/** A frame for the bridge itself, which is the board's end of the cable. */
function bridgeCommand(command: number): Uint8Array {
  const frame = Buffer.alloc(16);
  frame[2] = 4;
  frame[3] = JD_FRAME_FLAG_IDENTIFIER_IS_SERVICE_CLASS | JD_FRAME_FLAG_COMMAND | JD_FRAME_FLAG_LOOPBACK;
  frame.writeUInt32LE(SRV_USB_BRIDGE, 4);
  frame.writeUInt32LE(JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK, 8);
  frame[13] = JD_SERVICE_INDEX_BROADCAST;
  frame.writeUInt16LE(command, 14);
  frame.writeUInt16LE(crc(new Uint8Array(frame.subarray(2))), 0);
  return new Uint8Array(frame);
}

/**
 * Jacdac frames on a serial line (jacdac/services/usb_bridge.md): a magic byte gives the next one a meaning, all
 * else is text of the board's log.
 */
export function encodeFrame(frame: Uint8Array): Uint8Array {
  const bytes: number[] = [UsbBridgeQByte.Magic, UsbBridgeQByte.FrameStart];
  for (const byte of frame) {
    bytes.push(byte);
    if (byte === UsbBridgeQByte.Magic) bytes.push(UsbBridgeQByte.LiteralMagic);
  }
  bytes.push(UsbBridgeQByte.Magic, UsbBridgeQByte.FrameEnd);
  return Uint8Array.from(bytes);
}

const frameLimit = 256;

/** Finds the frames in what comes from a line. What is damaged is skipped: every command is sent again. */
export class FrameDecoder {
  private frame: number[] | undefined;
  private quoted = false;

  constructor(private readonly onFrame: (frame: Uint8Array) => void) {}

  push(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.quoted) this.meaning(byte);
      else if (byte === UsbBridgeQByte.Magic) this.quoted = true;
      else this.data(byte);
    }
  }

  private meaning(byte: number): void {
    // Two magic bytes: the first was lost or is text; the second may still mean something.
    if (byte === UsbBridgeQByte.Magic) {
      this.frame = undefined;
      return;
    }
    this.quoted = false;
    if (byte === UsbBridgeQByte.LiteralMagic) this.data(UsbBridgeQByte.Magic);
    else if (byte === UsbBridgeQByte.FrameStart) this.frame = [];
    else if (byte === UsbBridgeQByte.FrameEnd) this.end();
  }

  private data(byte: number): void {
    if (this.frame === undefined) return;
    this.frame.push(byte);
    if (this.frame.length > frameLimit) this.frame = undefined;
  }

  private end(): void {
    const frame = Uint8Array.from(this.frame ?? []);
    this.frame = undefined;
    if (frame.length < 16 || frame.length < frame[2] + 12) return;
    const whole = frame.slice(0, frame[2] + 12);
    if (crc(whole.slice(2)) === (whole[0] | (whole[1] << 8))) this.onFrame(whole);
  }
}
