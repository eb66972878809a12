import type { Board } from "../../../boards/index.js";
import { flashBase } from "../../board/board-flash.js";
import { Storage } from "../../board/storage.js";
import { StartReason } from "../../core/update/boot.js";
import { JournalRecord } from "../../core/update/journal.js";
import { storeFileLength, storeFileName } from "../../core/update/store.js";
import { StorageFiles } from "../../espruino/storage-files.js";
import { nodeBytes } from "../../node/bytes.js";
import { EspruinoDevice, type StorePlace } from "../espruino-device.js";
import { makeBundle, noise } from "../images.js";
import { type Finding, Findings, type Scenario, World } from "../scenario.js";

/** What a cable writes: everything of ours in Storage, as src/espruino/provision.ts lays it out. */
interface Provision {
  readonly image: Uint8Array;
  /** What of it is not blank, in pages of flash. */
  readonly pages: readonly { readonly at: number; readonly bytes: Uint8Array }[];
  readonly loader: Uint8Array;
  readonly settings: Uint8Array;
  readonly agent: Uint8Array;
  readonly app: Uint8Array;
}

function provisionOf(board: Board, place: StorePlace, version: string): Provision {
  const { layout, address, family } = place;
  const size = board.espruino?.storage.size ?? 0;
  const agent = makeBundle({ name: "sluice", version, kind: 2, family, size: 2000 });
  const app = makeBundle({ name: "garden", version, kind: 1, family, size: 2000 });
  const loader = noise(3000, version.length);
  const settings = Buffer.from(
    JSON.stringify({ host: `garden-${version}`, sha256: "0".repeat(64), strict: true }),
  );
  const image = new Uint8Array(size).fill(0xff);
  const files = new StorageFiles(image);
  files.reserve(storeFileName, storeFileLength(layout));
  files.add({ name: ".boot0", flags: 0, data: loader });
  files.add({ name: "sluice.cfg", flags: 0, data: settings });
  files.divide(board.blockLength);
  image.set(agent, layout.agent[0] * layout.blockLength);
  image.set(app, layout.app[0] * layout.blockLength);
  const world = World.blank(board.flashSize, board.blockLength, flashBase(board));
  world.flash.program(address, image);
  const { journal } = new EspruinoDevice(world, place);
  journal.open();
  journal.append(JournalRecord.Confirm);
  const pages: { at: number; bytes: Uint8Array }[] = [];
  for (let at = 0; at < size; at += world.flash.pageLength) {
    const bytes = world.flash.read(address + at, world.flash.pageLength);
    if (!nodeBytes.isBlank(bytes)) pages.push({ at, bytes });
  }
  return { image: world.flash.read(address, size), pages, loader, settings, agent, app };
}

/** A board that is provisioned anew by cable, loader and settings included. Whoever does it is there to do it again. */
export function provisionScenario(board: Board, place: StorePlace): Scenario {
  const { layout, address } = place;
  const before = provisionOf(board, place, "1.0.0");
  const next = provisionOf(board, place, "2.0.0-next");
  const write = (world: World): void => {
    const { flash } = world;
    // What is blank is erased, too, which changes nothing.
    for (let at = address; at < address + next.image.length; at += flash.blockLength)
      if (!flash.isBlank(at, flash.blockLength)) flash.eraseBlockAt(at);
    for (const { at, bytes } of next.pages) flash.program(address + at, bytes);
    world.mark("c");
    world.restart(StartReason.PowerOn);
  };
  /** @returns whether all that the cable wrote is there and starts */
  const start = (world: World, findings: Findings): boolean => {
    const { flash } = world;
    const storage = new Storage(flash, address, next.image.length);
    const holds = (name: string, data: Uint8Array): boolean => {
      const found = storage.isValid() ? storage.read(name) : undefined;
      return found !== undefined && Buffer.compare(found, data) === 0;
    };
    const all = [before, next];
    if (!all.some(({ loader }) => holds(".boot0", loader))) {
      world.log("no whole loader: nothing of ours starts");
      return false;
    }
    const device = new EspruinoDevice(world, place);
    const choice = device.choose();
    const lies = (block: number, bundle: Uint8Array): boolean =>
      Buffer.compare(flash.read(address + block * layout.blockLength, bundle.length), bundle) === 0;
    if (choice.agent >= 0 && !all.some(({ agent }) => lies(layout.agent[choice.agent], agent)))
      findings.add("unverified", "the agent that runs is none of the whole bundles");
    if (choice.app >= 0 && !all.some(({ app }) => lies(layout.app[choice.app], app)))
      findings.add("unverified", "the app that runs is none of the whole bundles");
    world.log(`starts agent ${choice.agent} and app ${choice.app}`);
    const isWhole = choice.agent === 0 && choice.app === 0 && holds("sluice.cfg", next.settings);
    return (
      isWhole &&
      holds(".boot0", next.loader) &&
      lies(layout.agent[0], next.agent) &&
      lies(layout.app[0], next.app)
    );
  };
  return {
    layout: board.id,
    path: "provision",
    claim: "safe",
    what: "loader, settings, journal, agent and app are written by cable, over those of before",
    start: () => {
      const world = World.blank(board.flashSize, board.blockLength, flashBase(board));
      world.flash.program(address, before.image);
      return world;
    },
    act: (world) => {
      write(world);
      return [];
    },
    recover: (world): Finding[] => {
      const findings = new Findings(world);
      if (start(world, findings)) return findings.list;
      if (world.has("c")) findings.add("lost", "what was provisioned does not start");
      world.log("provisioned once more");
      write(world);
      if (!start(world, findings)) findings.add("stuck", "provisioned once more, it does not start");
      return findings.list;
    },
  };
}
