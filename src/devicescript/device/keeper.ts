import { readSetting, writeSetting } from "@devicescript/settings";
import { parseStart, recordStart, type StartCause, startCause, startValue } from "./start-reason.js";

/** Keys of 13 characters at most. */
const startKey = "sluice.start";
const noteKey = "sluice.note";
/** A setting of 240 bytes stops the runtime when it is read: JSON of 220 bytes is what it keeps. */
const noteLimit = 216;

/** What outlives a restart: the count of starts and the application's note. */
export class Keeper {
  boots = 0;
  reason: StartCause = "power-on";
  private text = "";
  private kept = "";

  /** Reads what is there and counts this start. @param ms since the chip started */
  async open(ms: number, version: string): Promise<void> {
    const last = parseStart(await readSetting<unknown>(startKey, undefined));
    const now = recordStart(last, ms, version);
    this.boots = now.boots;
    this.reason = startCause(last, now);
    await writeSetting(startKey, startValue(now));
    const note = await readSetting<unknown>(noteKey, "");
    this.text = typeof note === "string" ? note : "";
    this.kept = this.text;
  }

  remember(text: string): void {
    if (Buffer.from(JSON.stringify(text)).length > noteLimit)
      throw new RangeError(`there is room for a note of ${noteLimit} bytes`);
    this.text = text;
  }

  recall(): string {
    return this.text;
  }

  /** Resolves when the last note is in flash. */
  async flush(): Promise<void> {
    while (this.text !== this.kept) {
      const text = this.text;
      await writeSetting(noteKey, text);
      this.kept = text;
    }
  }
}
