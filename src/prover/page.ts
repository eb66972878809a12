import { apply, attemptLimit, freshState, JournalRecord } from "../core/update/journal.js";
import type { BuiltResult } from "./built/proof.js";
import type { FaultResult } from "./faults.js";
import type { PathResult } from "./result.js";
import { builtMarkdown, faultMarkdown, grouped, markdownTable, totals } from "./table.js";
import { proveNoteWear, proveWear, wearMarkdown } from "./wear.js";

/** docs/power-cuts.md, made by `npm run prove -- --markdown docs/power-cuts.md`. */
export function powerCutPage(
  results: readonly PathResult[],
  built: readonly BuiltResult[],
  faults: readonly FaultResult[],
  seed: number,
  states: number,
): string {
  const all = totals(results);
  const ours = results.filter(({ claim }) => claim === "safe");
  const stock = results.filter(({ claim }) => claim === "not-power-safe");
  return `# Power cuts

<!-- Made by: npm run prove -- --markdown docs/power-cuts.md -->

What happens to a board when the supply fails in the middle of an update? This page does not argue, it counts. The
prover takes every update path on every flash layout, cuts the power at **every** flash operation (a page program of up
to 256 bytes, a sector erase), lets the board start again, and cuts **again** in what follows, up to four cuts in a row.

**On which grounds**: on the virtual board's models of flash chip and boot loaders (\`src/board\`), with the project's own
updater, journal and slot code, the same source that runs on the chip. No hardware was at hand. The vendors' boot loaders
are models written from their published sources; where the real one differs from its source, so does the truth. Not
modelled: cells that read differently a second time after an interrupted erase, and a supply that sags slowly enough
to make the processor misbehave before it stops.

This run: ${grouped(all.cuts)} cuts that led to ${grouped(all.states)} different states of a board, seed ${seed}. It looked for some
${grouped(states)} new states of each path beyond two cuts in a row (\`--states\`).

    npm run prove                 # all of it: under an hour on two free cores
    npm run prove -- --states 20000   # fewer states of each path: minutes
    npx sluice prove --quick      # a seeded part, also in npm test
    npx sluice prove --layout esp32-devkit --path firmware

**What counts as a state**: all that a board finds when it starts after a cut, that is every byte of its flash, the reset reason,
and RTC memory where anything reads it. Two cuts that leave the same behind are one state, whichever path led there, and each
state was started, judged, and brought to the version that is wanted. The same bytes on two layouts are two boards.

## How each operation is cut

Five ways to tear it: nothing happened yet; the first half of the bytes is done; a seeded choice of single bits is done;
all but one bit is done; all is done and the power goes right after. Each with RTC memory lost (the supply failed, it holds noise)
and kept (a reset in the middle of the operation). So ten cuts an operation. With the stock eboot, the only thing here that
reads RTC memory, five more: its command has outlasted the gap by half. Nothing of Sluice reads RTC memory on an ESP32, so what it
holds makes no difference there. A reset that keeps it counts as a watchdog's, the worst the board can take it for, twice in a row;
then as a brown-out's, since three crashes in a row are what a version is given up for.

## How to read the table

* **operations**: flash operations of the path itself. **cuts**: those in them. **further cuts**: in everything that follows: boot
  loader, journal, confirmation, rollback, staged copy, the update sent again. An operation on a board that was met before is
  not cut again, and a state that was met before is not run again: what follows from a state depends on the state alone.
* **in a row**: so many cuts, each in what follows from the one before; "4 (all of 2)": all of up to two, and of three and four an
  even part of the states that they were to begin from. Layouts that differ from a thoroughly cut one in addresses only, and large
  images (\`-300k\`: 300 KiB), get a small part, which is added up over the layouts of a row. **states**: different ones.
* The other columns count cuts after which something was wrong, first ones + further ones:
  **bricks** nothing sound runs, rescue by cable; **unverified boots** bytes were started that are no whole image;
  **lost versions** a confirmed version or a filesystem is gone without a whole successor; **downgrades** an older
  version runs although a newer one was confirmed; **un-installed** a committed, healthy version was taken back although
  nothing happened but power cuts; **neither in nor repeatable** the update is not in, and sending it again does not
  bring it in. A cut with two of these counts in both columns.
* A write into the running slot, into the boot loader or behind the slot ends the run as a failure, too.
* The valves are not in this table: it walks the core and the models of the boot loaders, which drive no pin. The built
  loader and agent do, below.

Boards whose Storage is laid out alike share the rows of the first of them: what holds for apps on \`esp32-devkit\` holds
for every ESP32, C3 and S3 here. Layouts that take no firmware over the air (one slot, 512 KB) have app rows or none.

In \`update-mode\` memory does not suffice for application and update: the errand goes in front of the application's note, which
turns the notes over, two records into the journal, and the update comes while the agent is alone. The application's note has to
be there at each start, and the errand is carried out once. \`provision\` is the one path that a cable writes: loader, settings, journal,
agent and app over those of before; what starts after a cut in it is whole or nothing, and the cable once more brings it all in.
Settings are written in no other way: nothing on the board writes them.

In \`storage\` an application writes and deletes files of its own until the engine would compact, which it never does here: the
agent tidies ([on-the-board.md](on-the-board.md), "The application's own files"). A brick is a Storage that the engine would call corrupt and erase,
or a loader that has changed; a lost version is a file that nobody was writing and that is gone or different. With the engine's own
compaction in its place the same path bricks (\`test/prover/mutations.test.ts\`).

## What is called safe

${markdownTable(ours)}

## The built loader and agent

The tables above walk the core's parts as loader and agent put them together, millions of times. Here the **built** \`.boot0\`
and agent run on the virtual ESP32, as \`sluice build\` makes them, but for a first line of the agent that prints its name.
An uploader sends them images over the network, the power goes in a sample of their own flash operations (the first and the
last one, others by the seed; RTC memory lost), they start again, and what counts is which versions print that they run and
what a voltmeter would show at the pins. Looked at from outside, whenever the journal is read or flash is written: the safe
pins are at their levels before the loader has read the journal and until an application runs, and again before the
first byte of an update, whatever the application did; nothing is written to the slot that runs; what runs lies whole in a
slot, is none of the versions that were replaced, and the update is in, or sending it again brings it in. Before that first
moment, and from the moment of a cut, pins float: wire valves so that a floating pin is closed. Breaking the loader or the
agent on purpose turns it red (\`test/prover/built.test.ts\`).

${builtMarkdown(built)}

## Flash that fails

Espruino's ESP32 port drops what the driver reports of a write or an erase, so a loss is silent. Here one fault befalls a run, at
**every** operation of the path in turn: a program or an erase comes to nothing, once, three times, or from then on until the path
has ended, in silence or with an error; a cell keeps its value for ever; a block takes nothing any more; one read has a flipped bit
(at a seeded choice of reads). Then the board starts again, on a sound chip where the fault passes, on the same one where it stays. The
same once more with the power cut somewhere behind the fault. Of layouts that differ from another in addresses only, a seeded 60 runs
a path.

**refused** counts updates that ended with a reason, so that the uploader had no OK; **OK, but not in** counts those that had an OK and
did not run at the next start. The other columns are those above.

${faultMarkdown(faults)}

What cannot be had, and does not count as a failure here:
* While a chip takes nothing at all, from the moment of the OK on: the new version does not run at the starts of that time, the one
  before it does, because starts that cannot be counted could never be given up. It runs once flash takes records again.
* Firmware that fails its trial on a chip that takes nothing, or whose sector of otadata died after the OK, cannot be given up: the
  vendor's boot loader starts what otadata names. (The sector was read back for the OK, so it died within the trial.)
* An update into a block that is dead or has a stuck cell is refused, each time, unless the cell happens to hold what is sent.
* Wrong bits that the vendor's boot loader, or the engine in the code of the loader itself, reads. A read that is wrong in the same
  way four times in a row is taken for what flash holds.
* Files of an application in Espruino's Storage, and boards with Arduino's firmware: there nothing is read back.

## What is not

The stock eboot keeps its copy command in RTC memory, which is lost with the power, and starts whatever lies at 0x1000.
Its counts are its true ones; every first cut that bricks it loses RTC memory (with RTC memory kept it copies once more).
A filesystem written in place is a mixture until the last sector. These boards run Arduino's firmware and its updater, which takes
both whoever stands by, so send them with somebody at the board; \`sluice layout\` names the layouts. (The virtual board refuses a
filesystem that cannot be staged, unless forced: \`NOT_POWER_SAFE\`.) What is safe instead: apps in slots of their own, a
staged filesystem, and for sketches an eboot whose command lies in flash (\`eboot-flash\` above; an idea of esp8266/Arduino pull
request 6538, not in any stock build).

${markdownTable(stock)}

## Wear

${wearMarkdown(proveWear(), proveNoteWear())}

${trialPatience()}

## Known gaps

* Espruino on the ESP32 judges the structure of a firmware it has received, not its SHA-256: an interpreter would take
  minutes. A file that was damaged *before* it was sent (its MD5 is right, its own hash is wrong) is committed; the boot
  loader refuses it and starts the old slot, but otadata goes on naming the new one, so the next firmware update aims at
  the slot that runs. The SDK stops that write; the board stays up but takes no firmware until otadata is put right by
  cable. Look at a file with \`sluice image\` before you send it (\`test/prover/known-gap.test.ts\`).
`;
}

/** Starts of one kind in a row until a version on trial is given up. */
export function startsUntilGivenUp(record: number): number {
  const state = freshState();
  apply(state, JournalRecord.AppB);
  let starts = 0;
  while (state.attempts < attemptLimit) {
    apply(state, record);
    starts++;
  }
  return starts;
}

/** The page's words on how patient a trial is, counted by the journal's own rules. */
export function trialPatience(): string {
  return `## How patient a trial is

A version on trial is given up after ${startsUntilGivenUp(JournalRecord.Crash)} starts that ended in a watchdog, after ${startsUntilGivenUp(JournalRecord.Unknown)} that ended without a reason, or after
${startsUntilGivenUp(JournalRecord.PowerOn)} power-ons in a row, none of which came as far as confirming it (seconds, once the network is back). So "a power
cut alone never un-installs" means: not one, not two, not ${startsUntilGivenUp(JournalRecord.PowerOn) - 1} in a row. A firmware that dies before the loader has run
is beyond this count: on the boot loaders Espruino ships, nobody counts its starts.`;
}
