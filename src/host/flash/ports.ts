import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SluiceError } from "../../errors/sluice-error.js";
import { needPackage } from "../../node/optional-package.js";
import { NodeLine } from "./node-line.js";
import type { SerialLine } from "./serial-line.js";
import { SocketLine } from "./socket-line.js";

export interface PortInfo {
  /** What `--port` takes. */
  readonly path: string;
  /** Manufacturer and ids, as far as the system knows them. */
  readonly about: string;
  readonly vendor: number | undefined;
  readonly product: number | undefined;
}

/** Serial ports of this computer that hang on USB, which is where boards are. */
export async function listPorts(): Promise<PortInfo[]> {
  // serialport runs udev on Linux, and where there is none (a container) its error cannot be caught.
  if (process.platform === "linux" && spawnSync("udevadm", ["--version"]).error !== undefined)
    return portsOfSys();
  needPackage("serialport", "Serial ports need");
  const { SerialPort } = await import("serialport");
  const ports = await SerialPort.list();
  return ports
    .filter((port) => port.vendorId !== undefined || /usb|acm/i.test(port.path))
    .map((port) => ({
      path: port.path,
      about: [port.manufacturer, port.vendorId && `${port.vendorId}:${port.productId}`]
        .filter(Boolean)
        .join(", "),
      vendor: hex(port.vendorId),
      product: hex(port.productId),
    }));
}

/** @param name a path, or socket://host:port. @throws SluiceError PORT_NOT_OPENED for an address that is none */
export async function openLine(name: string): Promise<SerialLine> {
  if (name.startsWith("socket://")) {
    const found = /^socket:\/\/([^:/]+|\[[^\]]+\]):(\d{1,5})$/.exec(name);
    if (found === null) throw new SluiceError("PORT_NOT_OPENED", `${name} is not socket://host:port`);
    return new SocketLine(found[1].replace(/^\[|\]$/g, ""), Number(found[2]));
  }
  const known = (await listPorts()).find((port) => port.path === name);
  return new NodeLine(name, { vendor: known?.vendor, product: known?.product });
}

function portsOfSys(folder = "/sys/class/tty"): PortInfo[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^tty(USB|ACM)\d+$/.test(name))
    .map((name) => {
      // The interface hangs one or two levels below the USB device.
      const device = [`${folder}/${name}/device/..`, `${folder}/${name}/device/../..`].find((path) =>
        existsSync(`${path}/idVendor`),
      );
      const read = (file: string) => (device ? readFileSync(`${device}/${file}`, "utf8").trim() : undefined);
      const ids = read("idVendor");
      return {
        path: `/dev/${name}`,
        about: ids === undefined ? "" : `${ids}:${read("idProduct")}`,
        vendor: hex(ids),
        product: hex(read("idProduct")),
      };
    });
}

function hex(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number.parseInt(text, 16);
}
