import { Arming, lightPeriodMs } from "../../../core/permit/arming.js";
import { Button } from "../../../core/permit/button.js";
import type { UpdateButton } from "../sluice.js";

export interface ArmingParts {
  readonly button: UpdateButton | undefined;
  readonly now: () => number;
  readonly tell: (event: object) => void;
}

export interface ArmingSwitch {
  /** 0 disarms. @throws Error when `ms` is no time up to a day */
  readonly arm: (ms: number) => void;
  readonly isArmed: () => boolean;
}

const debounceMs = 50;
const defaultArmMs = 600000;
/** Timers and clock round differently. */
const slackMs = 20;

/** What arms a board: the application, and the button if there is one; with its light. */
export function openArming(parts: ArmingParts): ArmingSwitch {
  const wiring = parts.button;
  const arming = new Arming();
  const light = wiring === undefined || wiring.light === undefined ? undefined : new Pin(wiring.light);
  let timer = 0;
  let told = false;

  function shine(on: boolean): void {
    if (light === undefined || wiring === undefined) return;
    const lit = wiring.lit !== 0;
    digitalWrite(light, on === lit);
  }

  function ended(why: string): void {
    shine(false);
    if (told) parts.tell({ event: "disarmed", why: why });
    told = false;
  }

  /** On, off, on …, until the time is over. */
  function turn(on: boolean): void {
    timer = 0;
    const now = parts.now();
    const left = arming.leftMs(now);
    if (left === 0) {
      ended("time");
      return;
    }
    const onMs = arming.lightMs(now);
    const steady = onMs >= lightPeriodMs;
    shine(on || steady);
    let wait = on || steady ? onMs : lightPeriodMs - onMs;
    if (light === undefined || wait > left) wait = left;
    timer = setTimeout(() => turn(!on || steady), wait + 1);
  }

  function arm(ms: number): void {
    if (!arming.arm(parts.now(), ms)) throw new Error("arm: from 0 to 86400000 ms");
    if (timer !== 0) clearTimeout(timer);
    timer = 0;
    if (ms === 0) {
      ended("done");
      return;
    }
    told = true;
    parts.tell({ event: "armed", ms: ms });
    turn(true);
  }

  if (wiring !== undefined) {
    const button = new Button(wiring.holdMs || 0);
    const down = wiring.pressed === 1;
    const pin = new Pin(wiring.pin);
    pinMode(pin, wiring.mode || (down ? "input_pulldown" : "input_pullup"));
    shine(false);
    setWatch(
      (change) => {
        const wait = button.changed(parts.now(), !!change.state === down);
        if (wait < 0) return;
        setTimeout(() => {
          if (button.poll(parts.now())) arm(wiring.ms || defaultArmMs);
        }, wait + slackMs);
      },
      pin,
      { repeat: true, edge: "both", debounce: debounceMs },
    );
  }
  return { arm: arm, isArmed: () => arming.leftMs(parts.now()) > 0 };
}
