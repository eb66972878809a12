import {
  CloudConfigurationCmd,
  CloudConfigurationReg,
  type JDBus,
  type JDDevice,
  type JDService,
  Packet,
  SRV_CLOUD_CONFIGURATION,
} from "jacdac-ts";
import { SluiceError } from "../../errors/sluice-error.js";

/** A board announces itself twice a second; a cable that was just plugged in takes longer, ms. */
const findMs = 8000;
const answerMs = 3000;
const lookMs = 100;

/**
 * The DeviceScript board at the other end of a bus.
 * @param id which one, if there are several
 * @throws SluiceError NO_DEVICESCRIPT_BOARD
 */
export async function findCableBoard(bus: JDBus, id: string | undefined): Promise<JDDevice> {
  const until = Date.now() + findMs;
  for (;;) {
    const found = bus
      .devices({ serviceClass: SRV_CLOUD_CONFIGURATION, announced: true })
      .filter(({ deviceId }) => id === undefined || deviceId === id);
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const names = found.map(({ deviceId }) => deviceId).join(", ");
      throw new SluiceError("NO_DEVICESCRIPT_BOARD", `There are several: ${names}. Say which with --device.`);
    }
    if (Date.now() >= until) throw new SluiceError("NO_DEVICESCRIPT_BOARD");
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}

/**
 * Gives a board its connection string and reads back where it points to. The string itself cannot be read back.
 * @throws SluiceError KEY_NOT_TAKEN
 */
export async function setConnection(board: JDDevice, connection: string): Promise<void> {
  const [service] = board.services({ serviceClass: SRV_CLOUD_CONFIGURATION });
  const text = new TextEncoder().encode(connection);
  try {
    await service.sendPacketAsync(Packet.from(CloudConfigurationCmd.SetConnectionString, text), true);
  } catch (cause) {
    throw new SluiceError("KEY_NOT_TAKEN", "The board did not acknowledge its new key.", { cause });
  }
  const { hostname, pathname } = new URL(connection);
  const server = await readText(service, CloudConfigurationReg.ServerName);
  const id = await readText(service, CloudConfigurationReg.CloudDeviceId);
  if (server !== hostname || id !== pathname.replace("/wssk/", ""))
    throw new SluiceError("KEY_NOT_TAKEN", `The board's gateway is "${server}" and not ${hostname}.`);
}

async function readText(service: JDService, register: number): Promise<string> {
  const value = service.register(register);
  await value.sendGetAsync();
  const until = Date.now() + answerMs;
  while (value.data === undefined && Date.now() < until)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return new TextDecoder().decode(value.data ?? new Uint8Array(0));
}
