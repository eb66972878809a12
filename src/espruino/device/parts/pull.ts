import { FaultNumber, fault } from "../../../core/errors.js";
import type { Chunk, Crypto } from "../../../core/ports.js";
import { exchangeTimes } from "../../../core/pull/exchange.js";
import { objection, type Taste } from "../../../core/pull/objection.js";
import { PullAttempt } from "../../../core/pull/pull-attempt.js";
import { type PullEnd, PullOutcome, type PullPlan } from "../../../core/pull/pull-plan.js";
import type { PullUrl } from "../../../core/pull/pull-url.js";
import { redirected } from "../../../core/pull/redirect.js";
import { ReportTask } from "../../../core/pull/report-task.js";
import { errorText } from "../../../core/safe-state.js";
import { engineBytes } from "../ports/engine-bytes.js";
import { crc32, sha256Hex } from "../ports/engine-crypto.js";
import { engineMd5 } from "../ports/engine-md5.js";
import { Part, type PartTypes, type PullState } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import type { PullReply } from "../sluice.js";
import { concludePull } from "./pull-end.js";
import { EngineLink } from "./pull-link.js";
import { nextPull } from "./pull-next.js";
import type { PullParts } from "./pull-parts.js";
import { modeOf } from "./pull-settings.js";

declare const exports: { open: PartTypes[Part.Pull] };

function cryptoOf(it: Resident): Crypto {
  const md5 = engineMd5(() => it.load(Part.Md5));
  return { md5: md5, crc32: crc32, sha256Hex: sha256Hex };
}

/** The poll that is due, or the report. @returns a function that is called until it returns false */
exports.open = (it, state) => {
  const parts: PullParts = { it: it, state: state, crypto: cryptoOf(it) };
  const step = nextPull(parts);
  if (step.reportTo !== undefined) return report(it, state, step.reportTo, step.reportRequest);
  if (step.plan !== undefined && step.taste !== undefined) return poll(parts, step.plan, step.taste);
  if (step.next === "refuse") {
    state.dueAt = -1;
    const text = "Bad Options";
    end(it, state, {
      result: "FAILED",
      error: -120,
      code: "PULL_BAD_OPTIONS",
      text: text,
      detail: step.reason,
      version: "",
    });
  }
  return () => false;
};

function report(it: Resident, state: PullState, to: PullUrl, request: string): () => boolean {
  const link = new EngineLink({
    onConnected: () => task.onConnected(it.now()),
    onData: (data) => task.onData(it.now(), data as unknown as Chunk),
    onClosed: () => task.onClosed(),
  });
  const task = new ReportTask(engineBytes, link, exchangeTimes);
  task.start(it.now(), to, request);
  return () => {
    task.tick(it.now());
    if (!task.isOver()) return true;
    // What was not taken is sent again after the next poll.
    if (task.isTaken()) state.reports = state.reports.slice(1);
    else state.isDeaf = true;
    return false;
  };
}

function poll(parts: PullParts, plan: PullPlan, taste: Taste): () => boolean {
  const it = parts.it;
  const link = new EngineLink({
    onConnected: () => attempt.onConnected(it.now()),
    onData: (data) => attempt.onData(it.now(), data as unknown as Chunk),
    onClosed: () => attempt.onClosed(it.now()),
  });
  const attempt = new PullAttempt(engineBytes, it.open(), link, plan, {
    objection: (image) => objection(taste, it.now(), image),
    redirected: (from, location) => redirected(plan.url, from, location),
  });
  attempt.start(it.now());
  return () => {
    try {
      attempt.tick(it.now());
    } catch (error) {
      attempt.abandon(fault(FaultNumber.Aborted, errorText(error)));
    }
    const result = attempt.result();
    if (result === undefined) return true;
    conclude(parts, result);
    return false;
  };
}

function conclude(parts: PullParts, result: PullEnd): void {
  const it = parts.it;
  parts.state.isDeaf = false;
  end(it, parts.state, concludePull(parts, result));
  const options = parts.state.options;
  const isUpdate = result.outcome === PullOutcome.Ok && modeOf(options) !== "version";
  if (isUpdate && options.rebootOnUpdate !== false) it.quit("update");
}

function end(it: Resident, state: PullState, reply: PullReply): void {
  state.last = reply;
  const text = reply.detail.length > 0 ? reply.detail : reply.text;
  it.tell({ event: "pull", result: reply.result, code: reply.code, text: text, version: reply.version });
  const done = state.done;
  if (done === undefined) return;
  try {
    done(reply);
  } catch (error) {
    it.tell({ event: "app-error", text: errorText(error) });
  }
}
