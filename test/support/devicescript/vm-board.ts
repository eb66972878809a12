import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import {
  CloudConfigurationCmd,
  DEVICE_ANNOUNCE,
  DeviceScriptManagerCmd,
  JDBus,
  type JDDevice,
  type JDService,
  OutPipe,
  Packet,
  SRV_CLOUD_CONFIGURATION,
  SRV_DEVICE_SCRIPT_MANAGER,
} from "jacdac-ts";
import { packageRoot } from "../../../src/node/package-root.js";
import { SocketTransport } from "./socket-transport.js";
import { Watch, within } from "./watch.js";

const cli = join(packageRoot(), "node_modules/@devicescript/cli/devicescript");
const preload = join(fileURLToPath(new URL(".", import.meta.url)), "vm-port.cjs");

/** How long the VM may take to start on a busy machine, ms. */
const startMs = 30_000;

/**
 * A DeviceScript board: the runtime of the CLI (C compiled to WebAssembly), its flash a file that outlives a power cut,
 * its Jacdac bus in the test's hand. Network: the real sockets of this computer.
 */
export class VmBoard {
  /** The VM's log so far. */
  readonly log: string[] = [];
  private readonly folder = mkdtempSync(join(tmpdir(), "sluice-vm-"));
  private vm: ChildProcess | undefined;
  private server: Server | undefined;
  private current: JDBus | undefined;
  private written = false;
  private poweredAt = 0;
  private readonly watch = new Watch();

  /** @param deviceId Jacdac's, 16 hex digits */
  constructor(readonly deviceId: string) {
    mkdirSync(join(this.folder, ".devicescript/flash"), { recursive: true });
  }

  /** The bus on which the test hosts valves and switches. A new one after each start. */
  get bus(): JDBus {
    if (this.current === undefined) throw new Error("the VM is off");
    return this.current;
  }

  async powerOn(): Promise<void> {
    const server = createServer();
    this.server = server;
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const vm = spawn(
      process.execPath,
      ["--require", preload, cli, "vm", "--devtools", "--device-id", this.deviceId],
      {
        cwd: this.folder,
        env: { ...process.env, VM_PORT: String((server.address() as AddressInfo).port), NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    this.vm = vm;
    this.poweredAt = performance.now();
    for (const stream of [vm.stdout, vm.stderr]) {
      let rest = "";
      stream?.setEncoding("utf8").on("data", (text: string) => {
        const lines = `${rest}${stripVTControlCharacters(text)}`.split("\n");
        rest = lines.pop() ?? "";
        this.log.push(...lines.map((line) => line.trim()));
        this.watch.wake();
      });
    }
    const [socket] = (await within(startMs, "the VM to connect", once(server, "connection"))) as [Socket];
    server.close();
    socket.setNoDelay(true);
    const transport = new SocketTransport(socket);
    const bus = new JDBus([transport], { client: false, disableRoleManager: true });
    this.current = bus;
    await transport.connect(true);
    await this.device();
  }

  /** Resolves when the chip has run for so long: a program that starts earlier takes its start for the chip's. */
  async hasRun(ms: number): Promise<void> {
    const left = this.poweredAt + ms - performance.now();
    await new Promise((resolve) => setTimeout(resolve, left));
  }

  /** Ends the VM as a power cut would: at once. */
  async powerOff(): Promise<void> {
    const { vm, current } = this;
    this.vm = undefined;
    this.current = undefined;
    this.server?.close();
    if (vm !== undefined && vm.exitCode === null && vm.signalCode === null) {
      const ended = once(vm, "exit");
      vm.kill("SIGKILL");
      await ended;
    }
    await current?.dispose();
  }

  async remove(): Promise<void> {
    await this.powerOff();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Gives the board the address of its gateway, as a cable would; also makes it connect at once. */
  async setConnection(connection: string): Promise<void> {
    // The VM saves its flash without the last byte of a page, in which the first setting ends: it gets one to lose.
    if (!this.written) {
      this.written = true;
      await this.sendConnection(`ws://wssk:${"1".repeat(64)}@127.0.0.1:2/wssk/${this.deviceId}`);
    }
    await this.sendConnection(connection);
  }

  private async sendConnection(connection: string): Promise<void> {
    await this.configure(
      Packet.from(CloudConfigurationCmd.SetConnectionString, new TextEncoder().encode(connection)),
    );
  }

  /** The board tries its gateway again now, instead of half a minute after the last word from it. */
  async reconnect(): Promise<void> {
    await this.configure(Packet.onlyHeader(CloudConfigurationCmd.Connect));
  }

  /** The service that keeps the program. */
  async manager(): Promise<JDService> {
    return this.service(SRV_DEVICE_SCRIPT_MANAGER);
  }

  /** Replaces the program as a cable does: at once, without asking the running one. */
  async deployByCable(program: Uint8Array): Promise<void> {
    await OutPipe.sendBytes(await this.manager(), DeviceScriptManagerCmd.DeployBytecode, program);
  }

  /** Resolves when a line of the log, from `from` on, holds `text`. */
  async logged(text: string, from = 0): Promise<void> {
    const what = (): string => `"${text}" in the VM's log:\n${this.log.slice(-30).join("\n")}\n`;
    await this.watch.until(30_000, what, () => this.log.slice(from).find((line) => line.includes(text)));
  }

  private async configure(packet: Packet): Promise<void> {
    const service = await this.service(SRV_CLOUD_CONFIGURATION);
    await service.sendPacketAsync(packet, true);
  }

  private async service(serviceClass: number): Promise<JDService> {
    const [service] = (await this.device()).services({ serviceClass });
    if (service === undefined) throw new Error(`the VM has no service ${serviceClass.toString(16)}`);
    return service;
  }

  private async device(): Promise<JDDevice> {
    const { bus } = this;
    const stop = bus.subscribe(DEVICE_ANNOUNCE, this.watch.wake);
    const announced = (): JDDevice | undefined =>
      bus.devices().find(({ deviceId, announced }) => deviceId === this.deviceId && announced);
    return this.watch.until(startMs, () => "the VM to announce itself", announced).finally(stop);
  }
}
