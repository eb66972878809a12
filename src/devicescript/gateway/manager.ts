import {
  CloudConfigurationCmd,
  DeviceScriptManagerReg,
  JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK,
  JD_FRAME_FLAG_IDENTIFIER_IS_SERVICE_CLASS,
  JD_SERVICE_INDEX_BROADCAST,
  Packet,
  SRV_CLOUD_CONFIGURATION,
  SRV_DEVICE_SCRIPT_MANAGER,
} from "jacdac-ts";
import { jacdacFrame } from "./wssk/messages.js";

const setRegister = 0x2000;
const getRegister = 0x1000;
const autostartSet = setRegister | DeviceScriptManagerReg.Autostart;

/** What a frame of the board's Jacdac bus reports about its program. */
export type ManagerNews =
  | { readonly kind: "services" }
  | { readonly kind: "autostart"; readonly on: boolean }
  /** As in an image's header: major << 24 | minor << 16 | patch. */
  | { readonly kind: "runtime"; readonly version: number };

/**
 * The board's DeviceScriptManager and CloudConfiguration by Jacdac frames, which WSSK tunnels: methods return WSSK messages. Every board announces twice a
 * second which services it has. The runtime's build for the VM has only the way to the board: nothing comes back.
 */
export class Manager {
  private managerIndex = -1;
  private cloudIndex = -1;

  /** @param deviceId Jacdac's, 16 hex digits */
  constructor(private readonly deviceId: string) {}

  get known(): boolean {
    return this.managerIndex > 0;
  }

  /** While the board's services are not known, to whatever program manager there is. */
  setAutostart(on: boolean): Uint8Array {
    const data = Uint8Array.of(on ? 1 : 0);
    if (this.known) return this.command(this.managerIndex, autostartSet, data);
    const everyone = Buffer.alloc(8);
    everyone.writeUInt32LE(SRV_DEVICE_SCRIPT_MANAGER, 0);
    everyone.writeUInt32LE(JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK, 4);
    const flags = JD_FRAME_FLAG_IDENTIFIER_IS_SERVICE_CLASS;
    return this.command(JD_SERVICE_INDEX_BROADCAST, autostartSet, data, everyone.toString("hex"), flags);
  }

  get(register: DeviceScriptManagerReg): Uint8Array {
    return this.command(this.managerIndex, getRegister | register);
  }

  /** Where the gateway is, and the key: kept in the board's flash, used at once. */
  setConnection(connection: string): Uint8Array {
    const text = new TextEncoder().encode(connection);
    return this.command(this.cloudIndex, CloudConfigurationCmd.SetConnectionString, text);
  }

  read(frame: Uint8Array): ManagerNews[] {
    const news: ManagerNews[] = [];
    // A frame that is shorter than its length field must not end the gateway.
    if (frame.length < 16 || frame.length < frame[2] + 12) return news;
    for (const packet of Packet.fromFrame(new Uint8Array(frame), 0, true)) {
      if (packet.deviceIdentifier !== this.deviceId || !packet.isReport) continue;
      if (packet.isAnnounce) this.learn(packet.data, news);
      else if (packet.serviceIndex === this.managerIndex) readManager(packet, news);
    }
    return news;
  }

  private learn(data: Uint8Array, news: ManagerNews[]): void {
    const view = Buffer.from(data);
    for (let at = 4; at + 4 <= view.length; at += 4) {
      const serviceClass = view.readUInt32LE(at);
      if (serviceClass === SRV_DEVICE_SCRIPT_MANAGER) this.managerIndex = at / 4;
      if (serviceClass === SRV_CLOUD_CONFIGURATION) this.cloudIndex = at / 4;
    }
    if (this.known) news.push({ kind: "services" });
  }

  private command(
    service: number,
    command: number,
    data = new Uint8Array(0),
    to = this.deviceId,
    flags = 0,
  ): Uint8Array {
    const packet = Packet.from(command, data);
    packet.deviceIdentifier = to;
    packet.frameFlags |= flags;
    packet.serviceIndex = service;
    packet.isCommand = true;
    return jacdacFrame(packet.toBuffer());
  }
}

function readManager(packet: Packet, news: ManagerNews[]): void {
  const data = Buffer.from(packet.data);
  if (!packet.isRegisterGet || data.length === 0) return;
  if (packet.registerIdentifier === DeviceScriptManagerReg.Autostart)
    news.push({ kind: "autostart", on: data[0] !== 0 });
  if (packet.registerIdentifier === DeviceScriptManagerReg.RuntimeVersion && data.length >= 4)
    news.push({ kind: "runtime", version: data.readUInt32LE(0) });
}

/**
 * What keeps a board's runtime from loading a program (DeviceScript runtime/devicescript/verify.c): it takes the same major
 * version, and a minor one that is not newer.
 * @param runtime major << 24 | minor << 16 | patch, as in an image's header
 */
export function runtimeFault(program: Uint8Array, runtime: number): string | undefined {
  const built = Buffer.from(program).readUInt32LE(8);
  const [major, minor] = [built >>> 24, (built >>> 16) & 255];
  if (major === runtime >>> 24 && minor <= ((runtime >>> 16) & 255)) return undefined;
  return `the program is for DeviceScript ${versionText(built)}, the board has ${versionText(runtime)}`;
}

function versionText(version: number): string {
  return `${version >>> 24}.${(version >>> 16) & 255}.${version & 65535}`;
}
