import { Engine } from "../../../core/bundle/header.js";
import { judgeBundle } from "../../../core/bundle/judge.js";
import { headBytes } from "../ports/engine-bytes.js";
import { crc32 } from "../ports/engine-crypto.js";
import { storeOfBoard } from "../ports/engine-flash.js";
import type { Part, PartTypes } from "../resident/parts.js";

declare const exports: { open: PartTypes[Part.Bundle] };

/** Where an application or an agent goes, or why it does not. */
exports.open = (it, head, size) => {
  const boot = it.boot;
  const state = { app: boot.slot, agent: boot.agent, appTrial: boot.appTrial, agentTrial: boot.agentTrial };
  const options = { engine: Engine.Espruino, family: BOARD_FAMILY, agentVersion: SLUICE_VERSION };
  return judgeBundle(headBytes, { crc32: crc32 }, storeOfBoard, state, options, head, size);
};
