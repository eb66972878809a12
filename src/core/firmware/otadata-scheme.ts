import { type Fault, FaultNumber, fault } from "../errors.js";
import { factorySlot } from "../flash/ota-select.js";
import { imageHeadLength, judgeHead } from "../image/judge.js";
import type { ImageTarget, ImageTools } from "../image/source.js";
import type { Chunk, Flash } from "../ports.js";
import { asRead, type FirmwareScheme, type Place } from "./firmware-target.js";
import type { OtaSwitch } from "./ota-switch.js";

/** The parts of a partition table that an A/B update is about. Offsets and sizes in bytes. */
export interface OtaPartitions {
  /** ota_0, ota_1, … */
  readonly slots: Place[];
  readonly factory: Place | undefined;
}

/** ESP32 A/B: the image goes into the slot that does not run, otadata says that it starts next. */
export class OtadataScheme implements FirmwareScheme {
  readonly name: string;
  readonly powerSafe: boolean;
  readonly toFlash: (piece: Chunk, at: number) => Chunk;
  readonly fromFlash: (piece: Chunk, at: number) => Chunk;
  /** That the image goes to, once it has a place. */
  slot: number;

  constructor(
    private readonly tools: ImageTools,
    private readonly flash: Flash,
    private readonly otaSwitch: OtaSwitch,
    private readonly partitions: OtaPartitions,
    private readonly image: ImageTarget,
    /** A reason not to begin now. */
    private readonly mayNot: () => Fault | undefined,
    /** Called right before the switch: writes down that a trial of this slot begins. */
    private readonly beforeSwitch: (slot: number) => void,
  ) {
    this.name = "firmware";
    this.powerSafe = true;
    this.toFlash = asRead;
    this.fromFlash = asRead;
    this.slot = factorySlot;
  }

  capacity(): number {
    const other = this.otherSlot();
    return other === undefined ? 0 : this.placeOf(other).size;
  }

  place(size: number): Place | Fault {
    const other = this.otherSlot();
    if (other === undefined) return fault(FaultNumber.UnknownCommand, "");
    const place = this.placeOf(other);
    if (size > place.size) return fault(FaultNumber.Space, "");
    this.slot = other;
    return place;
  }

  suits(): ImageTarget {
    return this.image;
  }

  refusal(): Fault | undefined {
    return this.mayNot();
  }

  commit(): void {
    this.beforeSwitch(this.slot);
    this.otaSwitch.select(this.slot);
  }

  /** The slot that has started: the first in the boot loader's order whose image it would take. -1 factory, 0 ota_0, … */
  runningSlot(): number {
    const order = this.otaSwitch.order();
    for (const slot of order) if (this.looksSound(slot)) return slot;
    return order.length > 0 ? order[0] : factorySlot;
  }

  private otherSlot(): number | undefined {
    const slots = this.partitions.slots.length;
    if (slots === 0) return undefined;
    const running = this.runningSlot();
    if (running === factorySlot) return 0;
    if (slots > 1) return (running + 1) % slots;
    return this.partitions.factory === undefined ? undefined : factorySlot;
  }

  private placeOf(slot: number): Place {
    const factory = this.partitions.factory;
    if (slot === factorySlot && factory !== undefined) return factory;
    return this.partitions.slots[slot];
  }

  private looksSound(slot: number): boolean {
    const place = this.placeOf(slot);
    const head = this.flash.read(imageHeadLength, place.offset);
    return judgeHead(this.tools, head, place.size, this.image).fault === undefined;
  }
}
