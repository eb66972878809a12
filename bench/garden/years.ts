import {
  hold,
  phase,
  recall,
  release,
  skipFor,
  startGarden,
  tickGarden,
  valvesClosed,
  waterZone,
} from "../../devs/garden/lib/garden.js";
import type { Program } from "../../devs/garden/lib/program.js";
import { spring } from "../../devs/garden/programs/spring.js";
import { summer } from "../../devs/garden/programs/summer.js";
import { Chance } from "./chance.js";
import { closeMs, litresPerSecond, openMs, Site, zones } from "./site.js";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** 1 January 2027, 0:00 UTC; the garden lies in the middle of Europe. */
const begin = Date.UTC(2027, 0, 1);

export interface YearsOptions {
  readonly days: number;
  readonly seed: number;
  /** The clock is set wrong now and then, by up to eleven hours. */
  readonly clockJumps: boolean;
}

/** What ten years of bad luck came to. */
export interface YearsReport {
  readonly days: number;
  readonly cuts: number;
  readonly brownOuts: number;
  readonly updates: number;
  readonly refusedUpdates: number;
  readonly crashes: number;
  readonly sleeps: number;
  readonly stuckValves: number;
  readonly clockJumps: number;
  readonly pumpStarts: number;
  /** Records kept: each is a write to flash. */
  readonly records: number;
  /** Of all zones and days, planned and given. */
  readonly plannedLitres: number;
  readonly litres: number;
  /** The most that one zone got beyond its plan of one day, litres; negative: it never got all. */
  readonly worstExcess: number;
  /** Zone-days with more than the plan and what flows while one valve closes. */
  readonly floods: number;
  /** Moments with the pump running and not exactly one valve open, or with water while an update was writing. */
  readonly violations: number;
  /** Zone-days that got at least 90 % of their plan, as a share of those without rain or another program, 0..1. */
  readonly watered: number;
}

/** Seconds east of Greenwich, with the summer time of Central Europe. */
function offsetSeconds(at: number): number {
  const year = new Date(at).getUTCFullYear();
  const isSummer = at >= lastSunday(year, 2) && at < lastSunday(year, 9);
  return isSummer ? 7200 : 3600;
}

const sundays = new Map<number, number>();

function lastSunday(year: number, month: number): number {
  const key = year * 12 + month;
  let found = sundays.get(key);
  if (found === undefined) {
    const last = new Date(Date.UTC(year, month + 1, 0, 1));
    found = last.getTime() - last.getUTCDay() * day;
    sundays.set(key, found);
  }
  return found;
}

function localDay(at: number): number {
  return Math.floor((at + offsetSeconds(at) * second) / day);
}

/** Litres that a program gives a zone in a day. */
function planned(program: Program, zone: number): number {
  const seconds = program.waterings.reduce((sum, one) => sum + (one.zone === zone ? one.seconds : 0), 0);
  return seconds * program.rounds * program.startMinutes.length * litresPerSecond;
}

/** Plays years with the garden's own code: its decisions, its record, its clock; nothing of it is replaced. */
export function playYears(options: YearsOptions): YearsReport {
  const chance = new Chance(options.seed);
  const end = begin + options.days * day;
  const site = new Site(begin);
  let now = begin;
  let program = spring;
  let remembered = "";
  let records = 0;
  /** What the garden's clock is ahead of the true one, ms; undefined while it is not set. */
  let clockError: number | undefined = 0;
  let clockSetAt = begin;
  let stormUntil = 0;
  let weakUntil = 0;
  const count = {
    cuts: 0,
    brownOuts: 0,
    updates: 0,
    refusedUpdates: 0,
    crashes: 0,
    sleeps: 0,
    stuckValves: 0,
    clockJumps: 0,
  };
  let violations = 0;
  let floods = 0;
  let worstExcess = -Infinity;
  let plannedLitres = 0;
  /** Zone-days that should have got all of their plan. */
  let dryDays = 0;
  let wateredDays = 0;
  let isExcused = false;
  /** Of this local day. */
  let today = localDay(now);
  let most: number[] = [];
  let before: number[] = [];
  const byHand = [0, 0, 0];

  const next = {
    cut: now + chance.wait(day),
    storm: now + chance.wait(20 * day),
    weak: now + chance.wait(30 * day),
    update: now + chance.wait(5 * day),
    crash: now + chance.wait(15 * day),
    sleep: now + chance.wait(7 * day),
    stuck: now + chance.wait(60 * day),
    jump: now + chance.wait(10 * day),
    manual: now + chance.wait(3 * day),
    skip: now + chance.wait(20 * day),
    rain: now + chance.wait(5 * day),
  };
  let rainUntil = 0;
  /** Neither rain nor what was skipped is the garden's fault. */
  let delayUntil = 0;

  function newDay(): void {
    for (let zone = 1; zone <= zones; zone++) {
      const given = site.litres[zone - 1] - before[zone - 1];
      const excess = given - most[zone - 1] - byHand[zone - 1];
      if (excess > worstExcess) worstExcess = excess;
      if (excess > (closeMs / 1000) * litresPerSecond) floods++;
      plannedLitres += most[zone - 1];
      if (isExcused) continue;
      dryDays++;
      if (given >= 0.9 * most[zone - 1]) wateredDays++;
    }
    startDay();
  }

  function startDay(): void {
    today = localDay(now);
    before = site.litres.slice();
    most = [1, 2, 3].map((zone) => planned(program, zone));
    // A run by hand may reach over midnight.
    if (phase === "idle") byHand.fill(0);
    isExcused = false;
  }

  function start(reason: string): void {
    startGarden({ valves: [0, 0, 0], openMs, closeMs }, program, ports, now);
    recall(remembered, reason);
  }

  const ports = {
    ...site.ports,
    remember: (text: string) => {
      remembered = text;
      records++;
    },
    report: () => {},
  };

  function tick(step: number): void {
    now += step;
    site.advance(now);
    if (localDay(now) !== today) newDay();
    if (clockError === undefined && now >= clockSetAt) clockError = 0;
    const raining = now < rainUntil;
    if (raining) delayUntil = Math.max(delayUntil, now + 12 * hour);
    if (now < delayUntil) isExcused = true;
    const wall = now + (clockError ?? 0);
    const minutes = Math.floor((wall + offsetSeconds(wall) * second) / minute) % 1440;
    tickGarden(
      now,
      raining,
      clockError === undefined ? -1 : minutes,
      clockError === undefined ? 0 : wall / 1000,
    );
    if (site.pumpRuns && site.openZones !== 1) violations++;
  }

  /** Without power, or asleep. */
  function away(ms: number, reason: string): void {
    site.unpower();
    now += ms;
    // In steps: a valve closes within the first.
    site.advance(now);
    if (localDay(now) !== today) newDay();
    // The time comes from the network, some time after the start; after an update the clock goes on.
    if (reason !== "update" && reason !== "rollback") {
      clockError = undefined;
      clockSetAt = now + (chance.next() < 0.02 ? chance.between(0, day) : chance.between(1, 40) * second);
    }
    start(reason);
  }

  function update(): void {
    hold();
    const given = site.litres.reduce((sum, litres) => sum + litres, 0);
    for (let waited = 0; waited < 10_000; waited += 200) {
      now += 200;
      site.advance(now);
      tickGarden(now, false, -1, 0);
    }
    let isSafe = false;
    try {
      isSafe = valvesClosed() === true;
    } catch {
      // A valve is stuck: the update is refused.
    }
    if (site.litres.reduce((sum, litres) => sum + litres, 0) !== given) violations++;
    if (!isSafe || chance.next() < 0.2) {
      count.refusedUpdates++;
      release();
      return;
    }
    count.updates++;
    if (site.openZones !== 0) violations++;
    const isBad = chance.next() < 0.2;
    const old = program;
    if (chance.next() < 0.5) program = program === spring ? summer : spring;
    if (program !== old) isExcused = true;
    for (let zone = 1; zone <= zones; zone++)
      most[zone - 1] = Math.max(most[zone - 1], planned(program, zone), planned(old, zone));
    away(chance.between(3, 20) * second, "update");
    if (!isBad) return;
    for (let ran = 0; ran < 20_000; ran += 500) tick(500);
    program = old;
    away(chance.between(3, 20) * second, "rollback");
  }

  startDay();
  start("power-on");
  while (now < end) {
    const isStorm = now < stormUntil;
    const wasRunning = site.pumpRuns;
    tick(phase === "idle" ? 20_000 : 500);
    if (site.pumpRuns && !wasRunning && now < weakUntil) {
      count.brownOuts++;
      away(chance.between(0.2, 3) * second, "power-on");
    } else if (now >= next.cut) {
      count.cuts++;
      next.cut = now + (isStorm ? chance.wait(3 * minute) : chance.wait(day));
      const isLong = chance.next() < 0.1;
      away(isLong ? chance.wait(5 * hour) : chance.wait(30 * second), "power-on");
    } else if (now >= next.storm) {
      next.storm = now + chance.wait(20 * day);
      stormUntil = now + chance.between(1, 6) * hour;
      next.cut = now;
    } else if (now >= next.weak) {
      next.weak = now + chance.wait(30 * day);
      weakUntil = now + chance.between(1, 30) * hour;
    } else if (now >= next.update) {
      next.update = now + chance.wait(5 * day);
      update();
    } else if (now >= next.crash) {
      count.crashes++;
      next.crash = now + chance.wait(15 * day);
      away(2 * second, chance.next() < 0.5 ? "watchdog" : "unknown");
    } else if (now >= next.sleep && phase === "idle") {
      count.sleeps++;
      next.sleep = now + chance.wait(7 * day);
      away(chance.between(5, 90) * minute, "deep-sleep");
    } else if (now >= next.stuck) {
      count.stuckValves++;
      next.stuck = now + chance.wait(60 * day);
      site.stuckUntil[Math.floor(chance.next() * zones)] = now + chance.wait(6 * hour);
    } else if (now >= next.jump) {
      next.jump = now + chance.wait(10 * day);
      if (options.clockJumps && clockError !== undefined) {
        count.clockJumps++;
        clockError = clockError === 0 ? chance.between(-11, 11) * hour : 0;
      }
    } else if (now >= next.manual) {
      next.manual = now + chance.wait(3 * day);
      const zone = 1 + Math.floor(chance.next() * zones);
      const seconds = Math.floor(chance.between(10, 600));
      if (waterZone(zone, seconds) === "") byHand[zone - 1] += seconds * litresPerSecond;
    } else if (now >= next.skip) {
      next.skip = now + chance.wait(20 * day);
      const hours = chance.between(1, 24);
      delayUntil = now + hours * hour;
      skipFor(hours);
    } else if (now >= next.rain) {
      next.rain = now + chance.wait(5 * day);
      rainUntil = now + chance.wait(3 * hour);
    }
  }
  return {
    days: options.days,
    ...count,
    pumpStarts: site.pumpStarts,
    records,
    plannedLitres: Math.round(plannedLitres),
    litres: Math.round(site.litres.reduce((sum, litres) => sum + litres, 0)),
    worstExcess,
    floods,
    violations,
    watered: wateredDays / dryDays,
  };
}
