import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Board } from "../../../src/devicescript/gateway/board.js";
import type { GatewayEvent } from "../../../src/devicescript/gateway/events.js";
import { Gateway, type GatewayOptions } from "../../../src/devicescript/gateway/gateway.js";
import { connectionString, randomKey } from "../../../src/devicescript/gateway/keys.js";
import { StateFolder } from "../../../src/devicescript/gateway/store/state-folder.js";
import type { Reason } from "../../../src/devicescript/gateway/store/stored-board.js";
import type { UploadEvent } from "../../../src/events/upload-event.js";
import { Watch, within } from "./watch.js";

/** What came of an update, and its steps. */
export interface Outcome {
  readonly failed: Reason | undefined;
  readonly steps: readonly UploadEvent[];
}

/** A gateway on a port of its own with a state folder that outlives it, and all its events. */
export class GatewayBench {
  readonly events: GatewayEvent[] = [];
  readonly folder = mkdtempSync(join(tmpdir(), "sluice-gateway-"));
  private running: Gateway | undefined;
  private port = 0;
  private readonly watch = new Watch();

  constructor(private readonly options: Partial<GatewayOptions> = {}) {}

  get gateway(): Gateway {
    if (this.running === undefined) throw new Error("the gateway is off");
    return this.running;
  }

  get address(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  /** At the same port each time, as boards expect. */
  async start(): Promise<void> {
    this.running = new Gateway({
      folder: new StateFolder(this.folder),
      ...this.options,
      onEvent: (event) => {
        this.events.push(event);
        this.watch.wake();
      },
    });
    this.port = (await this.running.listen(this.port, "127.0.0.1")).port;
  }

  async stop(): Promise<void> {
    await this.running?.close();
    this.running = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns the connection string that a cable would bring to the board */
  provision(id: string, name: string): string {
    const key = randomKey();
    const stored = { id, name, key, gateway: this.address, state: {} };
    new StateFolder(this.folder).saveBoard(stored);
    this.running?.learn(stored);
    return connectionString(this.address, id, key);
  }

  /** Resolves with the first event, from `from` on, that `look` takes. */
  heard(what: string, look: (event: GatewayEvent) => boolean, from = 0): Promise<GatewayEvent> {
    return this.watch.until(30_000, this.saying(what), () => this.events.slice(from).find(look));
  }

  private saying(what: string): () => string {
    return () => [what, ...this.events.map((event) => JSON.stringify(event))].join("\n");
  }

  connected(name: string, from = 0): Promise<GatewayEvent> {
    return this.heard(
      `${name} to connect`,
      (event) => event.event === "connected" && event.board === name,
      from,
    );
  }

  /** @param onStep called with each step, e.g. to cut the power at it */
  async update(
    board: Board | string,
    program: Uint8Array,
    options: { readonly force?: boolean; readonly onStep?: (step: UploadEvent) => void } = {},
  ): Promise<Outcome> {
    const steps: UploadEvent[] = [];
    const to = typeof board === "string" ? this.gateway.board(board) : board;
    const ended = new Promise<Reason | undefined>((resolve) => {
      const accepted = to.upload({
        ...new StateFolder(this.folder).keepProgram(program),
        from: "a test",
        force: options.force ?? false,
        retries: 1,
        onEvent: (step) => {
          steps.push(step);
          options.onStep?.(step);
        },
        ended: resolve,
      });
      if (!accepted) resolve({ code: "UPDATE_RUNNING", text: "" });
    });
    return { failed: await within(60_000, this.saying("the update to end"), ended), steps };
  }
}
