import type { Homecoming } from "../../core/firmware/homecoming.js";
import type { Journal } from "../../core/journal.js";
import { openHomecoming } from "./lazy/homecoming.js";

/** A start of user1 after the firmware was sent to user2: nothing else happens before that is settled. */
export class NativeStart {
  private readonly home: Homecoming;

  constructor(journal: Journal) {
    this.home = openHomecoming({ journal: journal, userSlot: 1 });
  }

  /** @returns whether it is over and the board has to restart */
  step(tell: (event: object) => void): boolean {
    const over = this.home.step();
    if (over) tell({ event: "homecoming", away: this.home.wasAway(), carried: this.home.carried() });
    return over;
  }
}
