import type { EbootLayout } from "../../boards/layout.js";
import { AttemptLimiter, noAttempts } from "../core/attempts.js";
import { FaultNumber, fault } from "../core/errors.js";
import { defaultTimes } from "../core/espota/actions.js";
import { Authenticator, type Secrets } from "../core/espota/auth.js";
import { EspotaSession } from "../core/espota/session.js";
import { EbootScheme } from "../core/firmware/eboot-scheme.js";
import { FilesystemTarget, StagedCopy, type Staging } from "../core/firmware/filesystem-target.js";
import { FirmwareTarget } from "../core/firmware/firmware-target.js";
import { roundUpToSector, sketchSize } from "../core/flash/eboot.js";
import type { Flash } from "../core/ports.js";
import { receivingOf } from "../core/update/image-receiver.js";
import { SafeState } from "../core/update/safe-state.js";
import type { Target } from "../core/update/target.js";
import { Update } from "../core/update/update.js";
import { boardTarget } from "../image/board-target.js";
import { nodeImageTools } from "../image/judge-file.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto, nodeRandom } from "../node/crypto.js";
import { EspotaListener } from "../node/espota-listener.js";
import { ChipBoard, type ChipBoardOptions } from "./chip-board.js";
import { flashArea } from "./flash-area.js";
import type { NorFlash } from "./nor-flash.js";
import { PowerCut } from "./power-cut.js";
import type { ResetReason } from "./rtc.js";

interface NativeBoardOptions extends ChipBoardOptions {
  readonly flash: NorFlash;
  /** Both hashes "" means open. */
  readonly secrets: Secrets;
  readonly bind?: string;
  readonly udpPort?: number;
  /** Take what is not power-safe: a filesystem written in place. */
  readonly force?: boolean;
}

/**
 * A board whose firmware is native code with Sluice's core in it, as on Arduino's layouts. The core is the real one, run
 * by Node; the chip's boot loader is a model; a sketch is only looked at, not executed.
 */
export class NativeBoard extends ChipBoard {
  readonly #options: NativeBoardOptions;
  #listener: EspotaListener | undefined;
  /** The port of the OTA listener, once it is bound. */
  udpPort: number | undefined;
  /** It has no web server. */
  readonly httpPort = undefined;

  constructor(options: NativeBoardOptions) {
    super(options, options.flash);
    this.#options = options;
  }

  /** Powers the board; resolves when it can be reached, or when it is clear that it never will be. */
  async start(): Promise<void> {
    await this.#boot("power-on");
  }

  async stop(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    await listener?.close();
  }

  async #boot(reason: ResetReason): Promise<void> {
    this.add({ event: "start", reason });
    try {
      const outcome = this.runBootLoader(reason);
      this.reportFirmware(outcome);
      if (outcome.kind === "nothing" || (outcome.kind === "image" && !outcome.verdict.sound)) {
        this.add({ event: "dark" });
        return;
      }
      const { layout } = this.board;
      const chip = flashArea(this.flash, this.flash.base, this.flash.size);
      if (layout.kind === "eboot" && layout.filesystem > 0) stagedCopyOf(layout, chip).carryOut();
      await this.#serve(outcome.slot, this.#targets(chip));
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.add({ event: "dark" });
    }
  }

  async #serve(slot: string, targets: readonly Target[]): Promise<void> {
    const { secrets, bind = "127.0.0.1" } = this.#options;
    const notify = (event: { readonly event: string }): void => this.add({ ...event });
    const run = new Update({
      ...receivingOf(nodeBytes, nodeCrypto, targets),
      safe: new SafeState(),
      policy: () => undefined,
      notify,
    });
    const auth = new Authenticator(nodeBytes, nodeCrypto, nodeRandom, "md5", secrets);
    const session = new EspotaSession(
      auth,
      new AttemptLimiter(noAttempts()),
      new AttemptLimiter(noAttempts()),
      run,
      defaultTimes,
      () => true,
      notify,
    );
    const listener = new EspotaListener(session, {
      bind,
      port: this.udpPort ?? this.#options.udpPort ?? 0,
      now: () => Math.floor(this.clock.now()),
      onRestart: () => {
        this.add({ event: "restart", why: "update" });
        void this.stop().then(() => this.#boot("software"));
      },
      onError: (error) => this.add({ event: "fault", text: error.message }),
    });
    this.#listener = listener;
    this.udpPort = await listener.listen();
    this.add({ event: "ready", udp: this.udpPort, app: "none", slot });
  }

  /** Where images go on a board whose firmware is native: sketch and filesystem. */
  #targets(flash: Flash): Target[] {
    const { board, rtc } = this;
    const { layout } = board;
    if (layout.kind !== "eboot") return [];
    const port = {
      read: (offset: number, length: number) => rtc.read(offset, length),
      write: (bytes: { length: number }, offset: number) => rtc.write(offset, bytes as Uint8Array),
    };
    // Layouts without room for old and new refuse every sketch, also one that is small enough by chance.
    const mayNot = () => (layout.refusal === undefined ? undefined : fault(FaultNumber.Space, ""));
    const scheme = new EbootScheme(nodeImageTools, flash, port, layout.area, boardTarget(board), mayNot);
    const sketch = new FirmwareTarget(nodeImageTools, flash, scheme);
    if (layout.filesystem === 0) return [sketch];
    const place = { offset: layout.area, size: layout.filesystem };
    const stage = (size: number) => staging(layout, flash, size);
    const { force = false } = this.#options;
    return [sketch, new FilesystemTarget(nodeBytes, nodeCrypto, flash, place, stage, force)];
  }
}

const sectorLength = 4096;

/**
 * The block that orders a filesystem copy: the last one below the filesystem. A staged sketch lies there, too, but never
 * while an order is open: the board carries it out before it listens.
 */
function stagedCopyOf(layout: EbootLayout, flash: Flash): StagedCopy {
  return new StagedCopy(nodeBytes, nodeCrypto, flash, layout.area / sectorLength - 1);
}

/** Room between the sketch and the ordering block, if the image fits there. */
function staging(layout: EbootLayout, flash: Flash, size: number): Staging | undefined {
  const sketch = sketchSize(nodeBytes, {
    size: flash.status().size,
    read: (offset, length) => flash.read(length, offset),
  });
  const offset = layout.area - sectorLength - roundUpToSector(size);
  if (offset < roundUpToSector(sketch)) return undefined;
  return { copy: stagedCopyOf(layout, flash), place: { offset, size: roundUpToSector(size) } };
}
