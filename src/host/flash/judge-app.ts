import type { Board } from "../../../boards/index.js";
import { familyNumber } from "../../../boards/index.js";
import { BundleKind, Engine } from "../../core/bundle/header.js";
import { anyTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { judgeBytes } from "../../image/judge-file.js";

/** Whether a file is a sound application for the board. @throws SluiceError WRONG_KIND, WRONG_ENGINE, WRONG_BOARD, … */
export function judgeApp(app: Uint8Array, board: Board): void {
  const { outer, fault } = judgeBytes(app, anyTarget);
  const header = outer.bundle;
  if (outer.kind !== "app" || (header !== undefined && header.kind !== BundleKind.App))
    throw new SluiceError("WRONG_KIND", "The application is no bundle that `sluice build` makes.");
  if (fault !== undefined || header === undefined)
    throw new SluiceError(
      fault?.code ?? "CORRUPT_BUNDLE",
      `The application is not sound: ${fault?.text ?? ""}.`,
    );
  if (header.engine !== Engine.Espruino)
    throw new SluiceError("WRONG_ENGINE", "The application was built for another JavaScript engine.");
  if (header.family !== 0 && header.family !== familyNumber[board.chip])
    throw new SluiceError("WRONG_BOARD", `The application was built for another chip than ${board.id} has.`);
}
