import type { Fault } from "../../core/errors.js";
import { errorText } from "../../core/safe-state.js";
import type { UpdateHooks } from "../../core/update-run.js";
import type { OtaOptions } from "./sluice.js";

/** What the callbacks need of the agent. */
export interface AppSide {
  readonly asked: () => OtaOptions | undefined;
  readonly tell: (event: object) => void;
}

/** The application's callbacks; one that throws must not end the update, nor the listener. */
export class AppHooks implements UpdateHooks {
  constructor(private readonly app: AppSide) {}

  /** May throw: that is the application's way to say no. */
  onStart(): void {
    const options = this.app.asked();
    if (options !== undefined && options.onStart !== undefined) options.onStart();
  }

  onProgress(done: number, total: number): void {
    this.guarded("onProgress", done, total);
  }

  onEnd(): void {
    this.guarded("onEnd", 0, 0);
  }

  onError(why: Fault): void {
    this.guarded("onError", why, 0);
  }

  private guarded(name: "onProgress" | "onEnd" | "onError", first: number | Fault, second: number): void {
    const options = this.app.asked();
    const hook = options === undefined ? undefined : options[name];
    if (hook === undefined) return;
    try {
      (hook as (first: number | Fault, second: number) => void).call(options, first, second);
    } catch (error) {
      this.app.tell({ event: "app-error", text: errorText(error) });
    }
  }
}
