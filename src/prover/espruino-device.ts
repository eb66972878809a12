import { type Board, chips } from "../../boards/index.js";
import { flashArea } from "../board/flash-area.js";
import { Engine } from "../core/bundle/header.js";
import { BundleSlots } from "../core/bundle/slots.js";
import { BundleTarget } from "../core/bundle/target.js";
import type { Flash } from "../core/ports.js";
import { type BootChoice, chooseBoot, type StartReason } from "../core/update/boot.js";
import { Journal } from "../core/update/journal.js";
import { Notes } from "../core/update/notes.js";
import { checked } from "../core/update/read-back.js";
import { type StoreLayout, storeLayout } from "../core/update/store.js";
import type { Target } from "../core/update/target.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import type { World } from "./scenario.js";

/** Where Sluice's things lie on a board that runs Espruino. */
export interface StorePlace {
  readonly layout: StoreLayout;
  /** Address of Storage. */
  readonly address: number;
  readonly family: number;
  /** Bytes of a TCP piece: how an image arrives. */
  readonly piece: number;
}

export function storePlace(board: Board): StorePlace | undefined {
  const port = board.espruino;
  if (port === undefined) return undefined;
  return {
    layout: storeLayout(board.blockLength, port.store.agentBlocks, port.store.appBlocks),
    address: port.storage.offset,
    family: chips[board.chip].family,
    piece: port.tcpChunk,
  };
}

/** The core on a board: what the loader and the agent build from the same parts (src/espruino/device). */
export class EspruinoDevice {
  readonly flash: Flash;
  readonly journal: Journal;
  readonly slots: BundleSlots;

  constructor(
    readonly world: World,
    readonly place: StorePlace,
  ) {
    const { layout, address, family } = place;
    this.flash = flashArea(world.flash, address, layout.blocks * layout.blockLength);
    this.journal = new Journal(nodeBytes, nodeCrypto, checked(this.flash), layout.journal);
    this.slots = new BundleSlots(nodeBytes, nodeCrypto, this.flash, layout, Engine.Espruino, family);
  }

  bundleTarget(): Target {
    return new BundleTarget(nodeBytes, nodeCrypto, this.flash, this.place.layout, this.journal, {
      engine: Engine.Espruino,
      family: this.place.family,
      agentVersion: "1.0.0",
    });
  }

  notes(): Notes {
    return new Notes(nodeBytes, nodeCrypto, checked(this.flash), this.place.layout.notes);
  }

  /** The loader's choice, with the soundness check that it makes (src/espruino/device/loader.ts). */
  choose(): BootChoice {
    return chooseBoot(
      this.journal,
      this.world.reason,
      (slot) => this.slots.isWhole(false, slot),
      (slot) => this.slots.isWhole(true, slot),
      (isAgent) => this.slots.newer(isAgent),
    );
  }

  /** A slot as cable or an earlier update left it. */
  put(block: number, bundle: Uint8Array): void {
    const { address, layout } = this.place;
    this.world.flash.program(address + block * layout.blockLength, bundle);
  }

  onTrial(): boolean {
    const state = this.journal.current();
    return state.appTrial || state.agentTrial || state.firmwareTrial;
  }

  restart(reason: StartReason): void {
    this.world.log("restart");
    this.world.restart(reason);
  }
}
