import type { Command } from "commander";
import { addBoard } from "./board.js";
import { addBuild } from "./build.js";
import { addDemo } from "./demo.js";
import { addDevices } from "./devices.js";
import { addDiscover } from "./discover.js";
import { addEspota } from "./espota.js";
import { addExplain } from "./explain.js";
import { addFlash } from "./flash.js";
import { addGateway } from "./gateway.js";
import { addImage } from "./image.js";
import { addImages } from "./images.js";
import { addLayout } from "./layout.js";
import { addProve } from "./prove.js";
import { addProvision } from "./provision.js";
import { addServe } from "./serve.js";
import { addUpload } from "./upload.js";

/** One verb a file; each adds itself to the program. */
export const verbs: readonly ((program: Command) => void)[] = [
  addBuild,
  addExplain,
  addImage,
  addFlash,
  addUpload,
  addDiscover,
  addEspota,
  addBoard,
  addLayout,
  addProve,
  addServe,
  addDevices,
  addImages,
  addGateway,
  addProvision,
  addDemo,
];
