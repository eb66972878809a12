import { execFile } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Action } from "../../src/core/espota/actions.js";
import type { AuthDialect } from "../../src/core/espota/wire.js";
import { EspotaListener } from "../../src/node/espota-listener.js";
import { pieces } from "../support/core-bundle.js";
import { SessionBench } from "../support/core-session.js";
import { slowLink } from "../support/slow-link.js";

/** Real tools/espota.py: esp8266/Arduino's, arduino-esp32's newest and that of its 2.x. */
const clients = ["ESPOTA", "ESPOTA_ESP32", "ESPOTA_ESP32_2X"].map(
  (name) => [name, process.env[name] ?? ""] as const,
);
/** How often each upload is done. */
const times = Number(process.env["ESPOTA_TIMES"] ?? "1");

const password = "dandelion";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-espota-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Plan {
  readonly bytes: number;
  readonly roundTripMs: number;
  readonly password?: string | undefined;
  readonly dialect?: AuthDialect;
  /** The session gets the image in pieces of so many bytes; Espruino reads 536 at a time. 0: as Node reads it. */
  readonly piece?: number;
}

/** The core's session on Node's sockets, with memory for a flash. */
class EspotaDevice extends EspotaListener {
  readonly target: SessionBench["target"];

  constructor(private readonly plan: Plan) {
    const bench = new SessionBench({ ...plan, restarts: false });
    const nothing = (): undefined => undefined;
    super(bench.session, {
      ...{ bind: "127.0.0.1", port: 0, now: () => Math.floor(performance.now()) },
      ...{ onRestart: nothing, onError: nothing },
    });
    this.target = bench.target;
  }

  protected override received(data: Uint8Array): Action[] {
    const { piece = 0 } = this.plan;
    if (piece === 0) return super.received(data);
    return pieces(data, piece).flatMap((part) => super.received(part));
  }
}

/** One that the system gives to no connection: espota.py cannot listen where one has just ended. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(10_000, 32_768);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}

async function upload(script: string, plan: Plan, n: number): Promise<void> {
  const image = createHash("shake256", { outputLength: plan.bytes }).update(`${n}`).digest();
  const device = new EspotaDevice(plan);
  const link = await slowLink(await device.listen(), plan.roundTripMs);
  const file = join(folder, `for-${link.port}.bin`);
  writeFileSync(file, image);
  const ports = ["-p", `${link.port}`, "-P", `${await freePort()}`];
  const args = [script, "-i", "127.0.0.1", "-I", "127.0.0.1", ...ports, "-f", file, "-d"];
  if (plan.password !== undefined) args.push("-a", plan.password);
  try {
    const said = await new Promise<string>((resolve) => {
      execFile("python3", args, { timeout: 300_000 }, (error, _out, err) =>
        resolve(`${err}\nexit ${error?.code ?? 0}`),
      );
    });
    expect(said).toMatch(/Success|Result: OK/);
    expect(said).toMatch(/exit 0$/);
    expect(image.equals(device.target.bytes)).toBe(true);
    expect(device.target.calls.at(-1)).toBe("commit");
  } finally {
    await link.close();
    await device.close();
  }
}

const sizes = [
  ["16 KB", 16_000],
  ["400 KB", 400_000],
  ["1.5 MB", 1_500_000],
] as const;

describe.each(clients)("%s", (name, script) => {
  const it = test.skipIf(script === "");
  const plans = [536, 0].flatMap((piece) =>
    sizes.flatMap(([size, bytes]) =>
      [0, 5, 20].flatMap((roundTripMs) =>
        [undefined, password].map((word) => ({ piece, size, bytes, roundTripMs, password: word })),
      ),
    ),
  );
  it.concurrent.each(plans)(
    "$size in pieces of $piece, $roundTripMs ms, password $password",
    async (plan) => {
      for (let n = 0; n < times; n++) await upload(script, plan, n);
    },
    6_000_000,
  );

  // Only the newest knows it.
  test.skipIf(script === "" || name !== "ESPOTA_ESP32")("the newer password dialect", async () => {
    await upload(script, { bytes: 16_000, roundTripMs: 5, password, dialect: "pbkdf2" }, 0);
  });
});
