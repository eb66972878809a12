import { parseRecord, recordText } from "../../devs/garden/lib/record.js";
import { isInside, parseWindow, secondsToOpening } from "../../src/core/policy/maintenance-window.js";
import { judgePolicy } from "../../src/core/policy/policy.js";
import { parseZone, weekdayOf, zoneAt } from "../../src/core/policy/zone.js";
import { Feed, latin1, must, mustEqual, type Target } from "../target.js";

const zones = ["CET-1CEST,M3.5.0,M10.5.0/3", "+02:00", "-0330", "<-03>3", "EST5EDT,M3.2.0,M11.1.0", "UTC"];
const windows = ["Mo-Fr 10:00-12:00", "Mo,We 8:00-9:00, 20:00-22:00; Su 22:00-4:00", "0:00-24:00", "never"];
const words = [
  ..."Mo Tu We Th Fr Sa Su 0:00 24:00 23:59 M3.5.0 M10.5.0/3 CET CEST <+03> /-24 /167".split(" "),
  "-",
  ",",
  ";",
];

/** A window and a zone as text, at any time: when it opens it is open, and a second before it is not. */
const policy: Target = {
  name: "policy-window",
  most: 300,
  words,
  seeds: () =>
    windows.flatMap((window) =>
      zones.slice(0, 2).map((zone) => `\x00\x00\x00\x70${String.fromCharCode(zone.length)}${zone}${window}`),
    ),
  run: (input) => {
    const feed = new Feed(input);
    const now = feed.u32();
    const zoneText = latin1(feed.piece());
    const text = latin1(feed.rest());
    const zone = parseZone(zoneText);
    const window = parseWindow(text);
    for (const { days, start, end } of window.spans)
      must(
        days > 0 && days < 128 && start >= 0 && start < 1440 && end > start && end <= 2880,
        "a span that is none",
      );
    must(window.wrong === "" || window.spans.length === 0, "wrong, but open");
    const wait = secondsToOpening(window, zone, now, zoneAt(zone, now));
    must(wait >= -1 && wait <= 8 * 86400 * 4, `opens in ${wait} s`);
    const isOpen = (at: number): boolean => {
      const local = at + zoneAt(zone, at).offset;
      const day = Math.floor(local / 86400);
      return isInside(window, weekdayOf(day), local - day * 86400);
    };
    if (wait >= 0) must(isOpen(now + wait), "it opens, and is closed");
    if (wait > 0) must(!isOpen(now) && !isOpen(now + wait - 1), "it was open before");
    const verdict = judgePolicy({ window: text, zone: zoneText, button: false }, now, false);
    if (verdict.wrong !== "") must(verdict.refused !== undefined, "wrong rules allow an update");
  },
};

/** A zone as text: the clock's next change comes later, and the offset is a day at most. */
const zone: Target = {
  name: "policy-zone",
  most: 120,
  words,
  seeds: () => zones.map((text) => `\x00\x00\x00\x70${text}`),
  run: (input) => {
    const feed = new Feed(input);
    const now = feed.u32();
    const one = parseZone(latin1(feed.rest()));
    for (let at = now, i = 0; i < 5; i++) {
      const moment = zoneAt(one, at);
      must(Math.abs(moment.offset) <= 8 * 86400, `an offset of ${moment.offset} s`);
      if (moment.until === -1) break;
      must(moment.until > at, `a change that is over: ${moment.until} at ${at}`);
      at = moment.until;
    }
  },
};

/** What the garden keeps over restarts. */
const record: Target = {
  name: "garden-record",
  most: 200,
  words: ["g2 ", " ", "-1", "0", ",", "spring", "86400"],
  seeds: () => ["g2 20000 500 1767225600 630 0 10,20,30", "g2 0 0 0 -1 0 0 spring 3 2 120 1"],
  run: (input) => {
    const read = parseRecord(latin1(input));
    if (read !== undefined) mustEqual(parseRecord(recordText(read)), read, "a record reads otherwise");
  },
};

export const policyTargets: readonly Target[] = [policy, zone, record];
