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
} from "jacdac-ts";
import type { SerialLine } from "../../host/flash/serial-line.js";
import { encodeFrame, FrameDecoder } from "./usb-frames.js";

/** What jacdac-ts and DeviceScript's firmware use on a cable, bits per second. */
const baud = 1_500_000;
/** The board forwards its bus for a while after each of these, ms. */
const enableMs = 500;

/** A board's Jacdac bus over its cable. */
export class LineTransport extends Transport {
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
    // A line that was lost says so by itself.
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
