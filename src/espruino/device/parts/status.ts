import { quoted, status } from "../../../core/web/web-status.js";
import { largestImage } from "../ports/chip-flash.js";
import { onTrial, slotName } from "../resident/facts.js";
import { Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: PartTypes[Part.Status] };
/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** What runs, which board, how far the update is. */
exports.open = (told, now, isPrepare) => {
  const it = resident;
  // First: it loads parts.
  const refused = it.load(Part.Policy)(it);
  const appSpace = BOARD_APP_BLOCKS * BOARD_BLOCK;
  const bundleSpace = BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS * BOARD_BLOCK : appSpace;
  const space = largestImage();
  const room = `"appSpace":${appSpace},"firmwareSpace":${space > bundleSpace ? space : 0}`;
  const board = `"board":"${BOARD_ID}","family":${BOARD_FAMILY},"chipId":${BOARD_CHIP_ID},${room}`;
  const runs = `"app":${quoted(it.boot.appName)},"slot":"${slotName(it)}","agent":"${SLUICE_VERSION}"`;
  const facts = `${runs},"trial":${onTrial(it)},${board},"sketchSpace":${space},"filesystemSpace":0`;
  return status(it.run, told, now, isPrepare, refused, facts);
};
