import { freshUserParams, type UserParams } from "../../core/flash/user-params.js";
import { parameterSectors, user1Start, userMapOf } from "../../core/flash/user-slots.js";
import type { ByteSource } from "../../core/image/source.js";
import type { ImageTarget } from "../../core/image/target.js";
import { u32 } from "../../core/read.js";
import { nodeBytes } from "../../node/bytes.js";
import type { NorFlash } from "../nor-flash.js";
import { isBlankBlock } from "./blank.js";
import { BootParams } from "./boot-v1-params.js";
import { ContentMemo } from "./content-memo.js";
import { type Esp8266Load, type LoadRules, loadEsp8266 } from "./esp8266-load.js";
import type { BootOutcome, SlotVerdict } from "./outcome.js";
import { slotVerdict } from "./slot-verdict.js";
import { SpiRom } from "./spi-rom.js";

export interface BootV1 {
  readonly flash: NorFlash;
  readonly target: ImageTarget;
  /** Flash map: the size code of the boot loader's own header (src/core/flash/user-slots.ts). */
  readonly map: number;
  /** The x of boot_v1.x, which is also the version of its parameters. */
  readonly bootVersion: number;
  readonly allowBlankFirmware: boolean;
}

interface Place {
  readonly name: string;
  readonly offset: number;
}

const v2Head = 16;
const sectorLength = 4096;
/** The third stage loads every segment and compares the checksum; the first byte's magic was looked at before. */
const stage3: LoadRules = { loads: () => true, checksum: true, magic: false };
/** One reset to the backup; more only if the parameters do not take what is written. */
const maxResets = 2;
const loads = new ContentMemo<Esp8266Load>();
const verdicts = new ContentMemo<SlotVerdict>();

/**
 * Espressif's boot_v1.x for user1 and user2, after R. Burton's listing of v1.3b3 and the two SDK sources where they
 * differ from it: a boot_status of 0 starts the *other* slot. No count of failed starts, no confirmation by the
 * program: only an image that does not load makes it go back. The ROM's look at the boot loader itself is left out.
 * @throws PowerCut out of a parameter write
 */
export function bootV1(boot: BootV1): BootOutcome {
  const { flash } = boot;
  const rom = new SpiRom(flash);
  const params = new BootParams(rom, parameterSectors(flash.size) / sectorLength);
  let console = "";
  for (let resets = 0; ; resets++) {
    console += `2nd boot version : 1.${boot.bootVersion}\n`;
    let found = params.read();
    if (found.version !== boot.bootVersion || found.useBin === 3) {
      found = freshUserParams(boot.bootVersion);
      params.save(found);
    }
    const stop = (reason: string): BootOutcome => ({
      kind: "nothing",
      loader: "boot_v1",
      console,
      resets,
      reason,
    });
    const place = choose(found, boot.map);
    if (place === undefined) {
      console += `error user bin flag, flag = ${found.useBin}\n`;
      return stop("the parameters name no user image");
    }
    console += `jump to run ${place.name} @ ${place.offset.toString(16)}\n`;
    const loaded = load(flash, place.offset);
    if (loaded.error === "")
      return {
        kind: "image",
        loader: "boot_v1",
        console,
        resets,
        slot: place.name,
        offset: place.offset,
        length: loaded.length,
        entry: loaded.entry,
        verdict: judge(boot, place.offset),
      };
    if (boot.allowBlankFirmware && place.offset < flash.size && isBlankBlock(flash, place.offset))
      return { kind: "virtual", loader: "boot_v1", console, resets, slot: place.name, offset: place.offset };
    console += `${loaded.error}\n`;
    if (isTest(found)) return stop(`the test image does not load (${loaded.error})`);
    if (found.bootStatus === 0 || resets === maxResets) {
      console += "backup boot failed.\n";
      return stop(`neither user image loads (${loaded.error})`);
    }
    params.save({ ...found, bootStatus: 0 });
    console += "first boot failed, reboot to try backup bin\n";
  }
}

function isTest(params: UserParams): boolean {
  return params.testStart === 0 && params.testPass === 1;
}

/** Undefined: a user bin number that there is no slot for. */
function choose(params: UserParams, map: number): Place | undefined {
  if (isTest(params)) return { name: "test", offset: params.testBinAddress };
  if (params.enhance === 0) {
    const offset = params.bootStatus === 1 ? params.userBinAddress : params.testBinAddress;
    return { name: "enhanced", offset };
  }
  if (params.useBin > 1) return undefined;
  const second = params.bootStatus === 1 ? params.useBin === 1 : params.useBin === 0;
  return second
    ? { name: "user2", offset: userMapOf(map)?.user2 ?? 0 }
    : { name: "user1", offset: user1Start };
}

function load(flash: NorFlash, offset: number): Esp8266Load {
  const size = flash.size - offset;
  if (size < v2Head) return { error: "error magic!", length: 0, entry: 0 };
  return loads.get(flash, "v1", flash.base + offset, size, loadUser);
}

/** checkMagic, then the third stage. Of a user image the part that runs from the cache is skipped, unread. */
function loadUser(source: ByteSource): Esp8266Load {
  const head = source.read(0, v2Head);
  if (nodeBytes.at(head, 0) === 0xe9) return loadEsp8266(source, stage3);
  const inner = v2Head + u32(nodeBytes, head, 12);
  if (nodeBytes.at(head, 0) !== 0xea || nodeBytes.at(head, 1) !== 4)
    return { error: "error magic!", length: 0, entry: 0 };
  if (inner > source.size) return { error: "e:3", length: 0, entry: 0 };
  const rest = {
    size: source.size - inner,
    read: (offset: number, length: number) => source.read(inner + offset, length),
  };
  const loaded = loadEsp8266(rest, stage3);
  return loaded.error === "" ? { ...loaded, length: inner + loaded.length } : loaded;
}

function judge({ flash, target, map }: BootV1, offset: number): SlotVerdict {
  const room = Math.min(userMapOf(map)?.maxImage ?? flash.size, flash.size - offset);
  const userBin = offset === user1Start ? 1 : 2;
  return verdicts.get(flash, `${userBin} ${target.flashSize}`, flash.base + offset, room, (source) =>
    slotVerdict(source, { ...target, userBin, room: 0 }),
  );
}
