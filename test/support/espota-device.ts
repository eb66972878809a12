import { AttemptLimiter, noAttempts } from "../../src/core/attempts.js";
import { type Action, defaultTimes } from "../../src/core/espota/actions.js";
import { Authenticator } from "../../src/core/espota/auth.js";
import { EspotaSession } from "../../src/core/espota/session.js";

import type { AuthDialect } from "../../src/core/espota/wire.js";
import { receivingOf } from "../../src/core/update/image-receiver.js";
import { SafeState } from "../../src/core/update/safe-state.js";
import { Update } from "../../src/core/update/update.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto, nodeRandom } from "../../src/node/crypto.js";
import { EspotaListener } from "../../src/node/espota-listener.js";
import { pieces } from "./core-bundle.js";
import { secretsOf } from "./core-session.js";
import { TestTarget } from "./core-target.js";

export interface DeviceSetup {
  readonly password?: string | undefined;
  readonly dialect?: AuthDialect;
  /** The session gets the image in pieces of so many bytes; Espruino reads 536 at a time. */
  readonly piece?: number;
}

/** Cuts what Node read at once as another engine would have read it. */
class PiecewiseListener extends EspotaListener {
  piece = 0;

  protected override received(data: Uint8Array): Action[] {
    if (this.piece === 0) return super.received(data);
    return pieces(data, this.piece).flatMap((piece) => super.received(piece));
  }
}

/** The core's session on Node's sockets, with memory for a flash. */
export class EspotaDevice {
  readonly target = new TestTarget();
  port = 0;
  private readonly listener: PiecewiseListener;

  private constructor(setup: DeviceSetup) {
    const { password, dialect = "md5", piece = 0 } = setup;
    const nothing = (): undefined => undefined;
    const run = new Update({
      ...receivingOf(nodeBytes, nodeCrypto, [this.target]),
      safe: new SafeState(),
      policy: nothing,
      notify: nothing,
    });
    const session = new EspotaSession(
      new Authenticator(nodeBytes, nodeCrypto, nodeRandom, dialect, secretsOf(password)),
      new AttemptLimiter(noAttempts()),
      run,
      defaultTimes,
      () => false,
      nothing,
    );
    this.listener = new PiecewiseListener(session, {
      ...{ bind: "127.0.0.1", port: 0, now: () => Math.floor(performance.now()) },
      ...{ onRestart: nothing, onError: nothing },
    });
    this.listener.piece = piece;
  }

  static async start(setup: DeviceSetup = {}): Promise<EspotaDevice> {
    const device = new EspotaDevice(setup);
    device.port = await device.listener.listen();
    return device;
  }

  stop(): Promise<void> {
    return this.listener.close();
  }
}
