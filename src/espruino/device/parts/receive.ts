import { ImageReceiver } from "../../../core/update/image-receiver.js";
import { blocks } from "../ports/engine-bytes.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { Part, type PartTypes } from "../resident/parts.js";
import { SlotTarget } from "./slot-target.js";

declare const exports: { open: PartTypes[Part.Receive] };

/** Takes the image of an update: from the first byte on, and no sooner in memory. */
exports.open = (it, offer) => {
  const md5 = engineMd5(() => it.load(Part.Md5));
  return new ImageReceiver(blocks, { md5: md5 }, [new SlotTarget(it, md5)], offer);
};
