import type { BoardClock } from "./clock.js";

export interface ManualClock extends BoardClock {
  /** Lets `ms` pass: every job that falls due runs, in order of its time, at its time. */
  readonly advance: (ms: number) => void;
}

/** Time that stands still until `advance`. Sockets keep real time: use it for what needs no network. */
export function manualClock(startDate = Date.UTC(2026, 0, 1)): ManualClock {
  let time = 0;
  let serial = 0;
  let jobs: { at: number; serial: number; job: () => void }[] = [];
  const next = () =>
    jobs.reduce<(typeof jobs)[number] | undefined>(
      (first, job) =>
        !first || job.at < first.at || (job.at === first.at && job.serial < first.serial) ? job : first,
      undefined,
    );
  return {
    speed: 1,
    now: () => time,
    date: () => startDate + time,
    after: (ms, job) => {
      const entry = { at: time + Math.max(ms, 0), serial: serial++, job };
      jobs.push(entry);
      return () => {
        jobs = jobs.filter((other) => other !== entry);
      };
    },
    advance: (ms) => {
      const end = time + ms;
      for (let due = next(); due && due.at <= end; due = next()) {
        const current = due;
        jobs = jobs.filter((other) => other !== current);
        time = Math.max(time, current.at);
        current.job();
      }
      time = end;
    },
  };
}
