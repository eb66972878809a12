import { createHash } from "node:crypto";
import {
  JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK,
  Packet,
  SRV_CLOUD_CONFIGURATION,
  SRV_DEVICE_SCRIPT_MANAGER,
} from "jacdac-ts";
import { WsskCommand } from "../../../src/devicescript/gateway/wssk/messages.js";
import { gatewayMessage, type ProgramMessage, topic } from "../../../src/devicescript/messages.js";

/** How a model's program behaves; the first bytes of its image name it. */
export interface ModelProgram {
  readonly version: string;
  readonly mode: "normal" | "refuses" | "later" | "slow" | "silent" | "unwell" | "crashes";
}

/** An image for the model: what it does in the first 32 bytes, then bytes to be written. */
export function modelImage(program: ModelProgram, size = 640): Uint8Array {
  const image = Buffer.alloc(size, program.version);
  image.fill(0, 0, 64);
  image.write(`${program.mode} ${program.version}`, 12, "latin1");
  image.writeUInt32LE(0x02100000, 8);
  return new Uint8Array(image);
}

export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

const managerIndex = 3;
const cloudIndex = 5;
const restartMs = 5000;

/**
 * DeviceScript's runtime as the gateway sees it (devsmgr.c, wssk_health.c), message by message, with a clock in the test's
 * hand: erases before it writes, compares nothing, starts by itself unless autostart is off.
 */
export class BoardModel {
  /** What is committed in flash; undefined when the slot is empty or half written. */
  slot: Uint8Array | undefined;
  running: ModelProgram | undefined;
  /** SHA-256 of every image that was started. */
  readonly started: string[] = [];
  readonly valve: boolean[] = [];
  connection = "";
  autostart = true;
  /** Whether the firmware carries the bus to the gateway. */
  bus = true;
  runtime = 0x02100004;
  /** What every program is treated as, whatever its image names. */
  assume: ModelProgram | undefined;
  private incoming: Buffer | undefined;
  private written = 0;
  private streaming = 0;
  private laterLeft = 1;
  private restartAt = Number.POSITIVE_INFINITY;
  private outbox: Uint8Array[] = [];
  private boots = 0;

  constructor(
    readonly deviceId: string,
    private readonly now: () => number,
  ) {}

  /** When something happens by itself. */
  get next(): number {
    return this.restartAt;
  }

  /** Everything in RAM is gone; what the flash holds is started. */
  powerCut(): void {
    this.incoming = undefined;
    this.streaming = 0;
    this.autostart = true;
    this.running = undefined;
    this.restartAt = Number.POSITIVE_INFINITY;
    this.outbox = [];
    this.start();
    this.outbox = [];
  }

  connected(): void {
    this.streaming = 0;
    this.announce();
    this.say(this.hello());
  }

  tick(): void {
    if (this.now() < this.restartAt) return;
    this.restartAt = Number.POSITIVE_INFINITY;
    this.start();
  }

  /** What the board has sent since the last call. */
  take(): Uint8Array[] {
    const said = this.outbox;
    this.outbox = [];
    return said;
  }

  receive(message: Uint8Array): void {
    const rest = Buffer.from(message.subarray(1));
    const command = message[0];
    switch (command) {
      case WsskCommand.GetHash:
        this.send(
          command,
          this.slot === undefined ? Buffer.alloc(32) : Buffer.from(hashOf(this.slot), "hex"),
        );
        break;
      case WsskCommand.DeployStart:
        this.running = undefined;
        this.slot = undefined;
        this.restartAt = Number.POSITIVE_INFINITY;
        this.incoming = rest.readUInt32LE(0) === 0 ? undefined : Buffer.alloc(rest.readUInt32LE(0));
        this.written = 0;
        this.send(command);
        break;
      case WsskCommand.DeployWrite: {
        const { incoming } = this;
        const fits = incoming !== undefined && this.written + rest.length <= incoming.length;
        if (fits && rest.length % 32 === 0) {
          this.written += rest.copy(incoming, this.written);
          this.send(command);
        } else this.send(WsskCommand.Error);
        break;
      }
      case WsskCommand.DeployFinish: {
        const { incoming } = this;
        const whole = incoming !== undefined && this.written === incoming.length;
        this.send(whole ? command : WsskCommand.Error);
        if (!whole) break;
        this.slot = new Uint8Array(incoming);
        this.incoming = undefined;
        if (this.autostart) this.start();
        break;
      }
      case WsskCommand.SetStreaming:
        this.streaming = rest.readUInt16LE(0);
        this.announce();
        break;
      case WsskCommand.JacdacFrame:
        this.frame(rest);
        break;
      case WsskCommand.ToProgram:
        this.hear(rest);
        break;
      case WsskCommand.PingGateway:
        break;
      default:
        this.send(WsskCommand.Error);
    }
  }

  private start(): void {
    if (this.slot === undefined || this.running !== undefined) return;
    this.started.push(hashOf(this.slot));
    const [mode, version] = Buffer.from(this.slot.subarray(12, 64))
      .toString("latin1")
      .replace(/\0+$/, "")
      .split(" ");
    this.running = this.assume ?? { mode: mode as ModelProgram["mode"], version };
    this.laterLeft = 1;
    this.boots++;
    this.valve.push(true);
    if (mode === "crashes") {
      this.running = undefined;
      this.restartAt = this.now() + restartMs;
      this.send(
        WsskCommand.Exception,
        Buffer.from("! Exception: Error\n!  message: on purpose\n! Unhandled exception\n"),
      );
      return;
    }
    this.say(this.hello());
  }

  private hello(): ProgramMessage {
    const { mode = "normal", version = "" } = this.running ?? {};
    const healthy = mode !== "unwell";
    return {
      say: "hello",
      app: "model",
      version,
      healthy,
      why: healthy ? "" : "no water",
      boots: this.boots,
      upMs: 1,
    };
  }

  private hear(rest: Buffer): void {
    const end = rest.indexOf(0, 1);
    if (this.running === undefined || rest.subarray(1, end).toString() !== topic) return;
    const message = gatewayMessage(JSON.parse(rest.subarray(end + 1).toString()));
    if (message === undefined) return;
    if (message.do === "report") {
      this.say(this.hello());
      return;
    }
    const { id } = message;
    const { mode } = this.running;
    const refuse = (reason: string, retryMs: number): void =>
      this.say({ say: "refused", id, reason, retryMs });
    if (message.do === "resume") {
      this.valve.push(true);
      this.say({ say: "released", id });
    } else if (mode === "refuses") refuse("valve stays open", 0);
    else if (mode === "later" && this.laterLeft-- > 0) refuse("watering", 20_000);
    else if (mode === "slow") this.say({ say: "closing", id, reason: "closing valve 2", waitMs: 9000 });
    else if (mode !== "silent") {
      this.valve.push(false);
      this.say({ say: "ready", id });
    }
  }

  private say(message: ProgramMessage): void {
    if (this.running === undefined || this.running.mode === "silent") return;
    this.send(
      WsskCommand.FromProgram,
      Buffer.concat([Buffer.of(2), Buffer.from(`${topic}\0${JSON.stringify(message)}`)]),
    );
  }

  private send(command: number, rest: Uint8Array = new Uint8Array(0)): void {
    this.outbox.push(Buffer.concat([Buffer.of(command), rest]));
  }

  private announce(): void {
    const services = [0, 0, 0, 0, 0, 0];
    services[managerIndex] = SRV_DEVICE_SCRIPT_MANAGER;
    services[cloudIndex] = SRV_CLOUD_CONFIGURATION;
    this.report(0, 0, services, 4);
  }

  /** What the bus says, if the firmware carries it to the gateway. @param width bytes of a value */
  private report(service: number, command: number, values: readonly number[], width = 1): void {
    if (!this.bus || (this.streaming & 1) === 0) return;
    const data = Buffer.alloc(width * values.length);
    values.forEach((value, index) => {
      data.writeUIntLE(value, index * width, width);
    });
    const packet = Packet.from(command, new Uint8Array(data));
    packet.deviceIdentifier = this.deviceId;
    packet.serviceIndex = service;
    this.send(WsskCommand.JacdacFrame, packet.toBuffer());
  }

  private frame(frame: Buffer): void {
    const all = Buffer.alloc(8);
    all.writeUInt32LE(SRV_DEVICE_SCRIPT_MANAGER, 0);
    all.writeUInt32LE(JD_DEVICE_IDENTIFIER_BROADCAST_HIGH_MARK, 4);
    for (const packet of Packet.fromFrame(new Uint8Array(frame), 0)) {
      const { deviceIdentifier, serviceIndex, serviceCommand, data } = packet;
      const own = deviceIdentifier === this.deviceId;
      if (own && serviceIndex === cloudIndex) this.connection = Buffer.from(data).toString();
      if (!(own && serviceIndex === managerIndex) && deviceIdentifier !== all.toString("hex")) continue;
      if (serviceCommand === 0x2081) {
        this.autostart = data[0] !== 0;
        if (this.autostart) this.start();
      }
      if (serviceCommand === 0x1081) this.report(managerIndex, 0x1081, [this.autostart ? 1 : 0]);
      if (serviceCommand === 0x1183) this.report(managerIndex, 0x1183, [this.runtime], 4);
    }
  }
}
