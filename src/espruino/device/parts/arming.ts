import { Arming, Button, lightPeriodMs } from "../../../core/policy/arming.js";
import type { Part, PartTypes } from "../resident/resident.js";

const debounceMs = 50;
const defaultArmMs = 600000;
/** Timers and clock round differently. */
const slackMs = 20;

/** What arms a board: the application, and the button if there is one; with its light. */
export const arming: PartTypes[Part.Arming] = (it, wiring) => {
  const arming = new Arming();
  const light = wiring === undefined || wiring.light === undefined ? undefined : new Pin(wiring.light);
  let timer = 0;
  let announced = false;

  function shine(on: boolean): void {
    if (light === undefined || wiring === undefined) return;
    const lit = wiring.lit !== 0;
    digitalWrite(light, on === lit);
  }

  function ended(why: string): void {
    shine(false);
    if (announced) it.notify({ event: "disarmed", why: why });
    announced = false;
  }

  /** On, off, on …, until the time is over. */
  function turn(on: boolean): void {
    timer = 0;
    const now = it.now();
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
    if (!arming.arm(it.now(), ms)) throw new Error("arm: from 0 to 86400000 ms");
    it.until = it.now() + ms;
    if (timer !== 0) clearTimeout(timer);
    timer = 0;
    if (ms === 0) {
      ended("done");
      return;
    }
    announced = true;
    it.notify({ event: "armed", ms: ms });
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
        const wait = button.changed(it.now(), !!change.state === down);
        if (wait < 0) return;
        setTimeout(() => {
          if (button.poll(it.now())) arm(wiring.ms || defaultArmMs);
        }, wait + slackMs);
      },
      pin,
      { repeat: true, edge: "both", debounce: debounceMs },
    );
  }
  return arm;
};
