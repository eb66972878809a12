import { crc, UsbBridgeQByte } from "jacdac-ts";

/**
 * Jacdac frames on a serial line (jacdac/services/usb_bridge.md): a magic byte says that the next one has a meaning, all
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

/** Finds the frames in what comes from a line. What is damaged is passed over: every command is asked again. */
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
