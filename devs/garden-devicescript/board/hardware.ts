import type { WaterPorts } from "../../garden/lib/waterworks.js";

/** What the garden is wired to, be it pins or modules. */
export interface Hardware extends WaterPorts {
  readonly raining: () => boolean;
  readonly pressed: () => boolean;
  /** Before each tick: reads the inputs. */
  readonly read: () => Promise<void>;
  /** After each tick: brings out what was commanded. */
  readonly write: () => Promise<void>;
}
