import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import type { Board } from "../boards/index.js";
import { buildBundle } from "../src/espruino/build/bundle.js";
import { decodeBundle } from "../src/espruino/build/encode-bundle.js";
import { uploadImage } from "../src/host/index.js";
import { packageRoot } from "../src/node/package-root.js";
import { EngineBoard, type EngineProgram, password } from "../test/engines/espruino/engine-board.js";
import { type Rig, startRig } from "../test/server/support/rig.js";
import { updateUrl } from "../test/support/pull-board.js";
import { remade } from "../test/support/test-bundles.js";
import { formOf } from "../test/support/web-board.js";

export const ways = ["push", "page", "pull"] as const;
export type Way = (typeof ways)[number];

/** A dev folder and its manifest. */
export interface Application {
  readonly title: string;
  readonly dev: string;
  readonly manifest: string;
}

export const blink: Application = { title: "blink", dev: "devs/blink", manifest: "sluice.json" };
/** As devs/garden has it for an ESP32, on pins that Linux has. */
export const garden: Application = { title: "garden", dev: "bench/device/garden", manifest: "sluice.json" };

/** An application of that many bytes: its own code, then a comment, which takes flash and no memory. */
export async function imageOf(
  board: Board,
  { dev, manifest }: Application,
  version: string,
  bytes = 0,
): Promise<Uint8Array> {
  const folder = join(packageRoot(), dev);
  const made = await buildBundle({ dev: folder, manifest: join(folder, manifest), board, version });
  const more = bytes - made.bytes.length - "/**/".length;
  if (more <= 0) return made.bytes;
  const code = Buffer.from(decodeBundle(made.bytes).payload).toString("latin1");
  return remade(made.bytes, {}, `${code}/*${"-".repeat(more)}*/`);
}

/**
 * What the engine lacks: the switches of the garden's valves read "closed", which every pin of Linux denies, and a block
 * of 4 KB is erased whole, of which a page of the engine's flash file is a quarter.
 */
export const stage =
  "(function(){var closed=[12,13,18,19,21].map(function(p){return new Pin(p)});" +
  "global.digitalRead=function(p){return closed.indexOf(p)>=0?1:0};" +
  'var flash=require("Flash"),erase=flash.erasePage;' +
  "flash.erasePage=function(at){for(var i=0;i<4;i++)erase((at+1024*i)|0)}})();";

/** Reports the memory where an update is deep in its calls (writes to flash, parts just loaded), and after every event. */
const tellMemory =
  '(function(){var flash=require("Flash"),write=flash.write;' +
  'function tell(){print(\'sluice {"event":"memory","used":\'+process.memory().usage+\'}\')}' +
  "flash.write=function(data,at){tell();return write(data,at)};" +
  "var modules=Modules,removed=modules.removeCached;" +
  "modules.removeCached=function(name){tell();removed(name)};" +
  'E.on("sluice",tell)})();';

const tellStack =
  "E.on('sluice',function(){print('sluice {\"event\":\"stack\",\"deepest\":'+stackDepth()+'}')});";

export type Watched = "memory" | "stack" | "nothing";

/** A board with an application, and the server that it polls where its updates are pulled. */
export class Measured {
  private constructor(
    readonly app: Application,
    readonly way: Way,
    readonly it: EngineBoard,
    private readonly rig: Rig | undefined,
    private readonly pagePort: number,
  ) {}

  static async start(
    board: Board,
    app: Application,
    way: Way,
    program: EngineProgram,
    watched: Watched,
  ): Promise<Measured> {
    const rig = way === "pull" ? await startRig() : undefined;
    const first = await imageOf(board, app, "1.0.0");
    rig?.put(`${app.title}.app`, first);
    const pagePort = way === "page" ? await freePort() : 0;
    const more = {
      ...(rig && { pull: { url: updateUrl(rig), everyMs: 10_000, jitter: 0 } }),
      ...(way === "page" && { web: { port: pagePort } }),
    };
    const script = stage + (watched === "memory" ? tellMemory : watched === "stack" ? tellStack : "0");
    const it = await EngineBoard.start(board, first, more, script, program);
    return new Measured(app, way, it, rig, pagePort);
  }

  /** Waits until the start is over, with the first poll where there is one. */
  async settle(from = 0): Promise<void> {
    await this.it.wait("ready", {}, from);
    if (this.way === "pull") await this.it.wait("pull", {}, from).catch(() => undefined);
    await pause(1500);
    const bad = this.it.events
      .slice(from)
      .find(({ event }) => event === "app-error" || event === "safe-mode");
    if (bad !== undefined) throw new Error(`does not start: ${bad["text"]}`);
  }

  /** Variables in use. */
  used(): Promise<number> {
    return this.ask("process.memory().usage");
  }

  /** Typed at the console, so that nothing of it stays. */
  async ask(expression: string): Promise<number> {
    const from = this.it.events.length;
    // The console echoes the line, which must not look like an event itself.
    this.it.type(`print('sluice'+' {"event":"asked","value":'+${expression}+'}')`);
    return Number((await this.it.wait("asked", {}, from))["value"]);
  }

  /** Sends an image and waits until the new version is confirmed. @returns "ok" or what failed */
  async update(image: Uint8Array): Promise<string> {
    const from = this.it.events.length;
    const failure = this.failure(from);
    try {
      await Promise.race([this.send(image), failure.told]);
      await Promise.race([this.it.wait("restart", { why: "update" }, from), failure.told]);
      await this.it.wait("confirmed", {}, from);
      if (this.way === "pull") await this.it.wait("pull", { result: "NO_UPDATES" }, from);
      return "ok";
    } catch (error) {
      return error instanceof Error ? error.message : `${error}`;
    } finally {
      failure.stop();
    }
  }

  /** The largest value of that member since. */
  largest(event: string, member: string, from = 0): number {
    const seen = this.it.events.slice(from).filter((one) => one.event === event);
    return Math.max(0, ...seen.map((one) => Number(one[member])));
  }

  async stop(): Promise<void> {
    await this.it.stop();
    await this.rig?.stop();
  }

  private async send(image: Uint8Array): Promise<void> {
    if (this.way === "push") await uploadImage({ image, to: this.it.target, password });
    else if (this.way === "page") await this.post(image);
    else this.rig?.put(`${this.app.title}.app`, image);
  }

  private async post(image: Uint8Array): Promise<void> {
    const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
    const body = await formOf(image);
    const from = this.it.events.length;
    const send = () => fetch(`http://127.0.0.1:${this.pagePort}/update`, { method: "POST", headers, body });
    let answer = await send();
    if (answer.status === 503 && answer.headers.has("retry-after")) {
      // As a browser or `curl --retry` does, once the board has restarted for the update alone.
      const alone = this.it.events.indexOf(await this.it.wait("boot", {}, from));
      await this.it.wait("safe", {}, alone);
      answer = await send();
    }
    if (answer.status !== 200) throw new Error(`the page answered ${answer.status}: ${await answer.text()}`);
  }

  /** `told` rejects once the board reports a failure, and never resolves. */
  private failure(from: number): { readonly told: Promise<never>; readonly stop: () => void } {
    const bad = ["error", "refused", "app-error"];
    let timer: NodeJS.Timeout | undefined;
    const told = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const one = this.it.events
          .slice(from)
          .find(({ event, result }) => bad.includes(event) || (event === "pull" && result === "FAILED"));
        if (one !== undefined) reject(new Error(`${one["code"] ?? ""} ${one["text"]}`.trim()));
      }, 100);
    });
    return { told, stop: () => clearInterval(timer) };
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
