import type { Clock } from "../clock.js";
import type { LinkTarget, OpenLink } from "../espota/link.js";
import { UploadError } from "../espota/upload-error.js";
import { invitationText, parseAnswer } from "../espota/wire.js";
import { nextSlot, restartIntoNext, type UpdaterAddress } from "./updater-client.js";

export interface AwaitOptions {
  readonly updater: UpdaterAddress;
  /** 1 or 2, the slot that is to run. */
  readonly slot: 1 | 2;
  readonly agent: LinkTarget;
  readonly open: OpenLink;
  /** The firmware before is being started again. */
  readonly onBack: () => void;
}

/** A restart, Wi-Fi and the first start of everything; ms. */
const comesUpMs = 60_000;
/** Nothing of ours answers although Espruino runs; ms. */
const agentMs = 60_000;
const everyMs = 1000;
/** ms that the agent has for an answer. */
const answerMs = 2000;

/**
 * Waits until port 88 says that the new slot runs, and until the agent answers. An Espruino that runs without the agent
 * could be updated by nobody but through port 88, so it is sent back to what was well.
 * @throws UploadError NATIVE_NO_ANSWER, NATIVE_NOT_SWITCHED, NATIVE_WENT_BACK
 */
export async function awaitNewFirmware(options: AwaitOptions): Promise<void> {
  const { updater, slot } = options;
  const { clock } = updater;
  const runs = await until(clock, comesUpMs, async () => {
    const free = await nextSlot(updater);
    return free === slot ? "old" : "new";
  });
  if (runs === undefined)
    throw new UploadError("result", "NATIVE_NO_ANSWER", `No answer within ${comesUpMs / 1000} s.`);
  if (runs === "old") throw new UploadError("result", "NATIVE_NOT_SWITCHED", `user${3 - slot} runs again.`);
  const heard = await until(clock, agentMs, async () => ((await answers(options)) ? "yes" : undefined));
  if (heard !== undefined) return;
  options.onBack();
  await restartIntoNext(updater);
  const back = await until(clock, comesUpMs, async () =>
    (await nextSlot(updater)) === slot ? "yes" : undefined,
  );
  throw back === undefined
    ? new UploadError(
        "result",
        "NATIVE_NO_ANSWER",
        "The agent did not answer, and the way back was not taken.",
      )
    : new UploadError("result", "NATIVE_WENT_BACK", `The agent did not answer; user${3 - slot} runs again.`);
}

/**
 * Tries again until it has an answer that stands; "old" stands only once the restart must be over.
 */
async function until<T extends string>(
  clock: Clock,
  withinMs: number,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const end = clock.now() + withinMs;
  let last: T | undefined;
  while (clock.now() < end) {
    try {
      last = await ask();
      if (last !== undefined && last !== "old") return last;
    } catch (error) {
      if (!(error instanceof UploadError)) throw error;
      if (error.code === "UPLOAD_CANCELLED") throw error;
    }
    await new Promise<void>((resolve) => {
      clock.after(everyMs, resolve);
    });
  }
  return last;
}

/** Whether there is an agent: an invitation to nothing, which it refuses or asks a password for. */
async function answers({ agent, open, updater }: AwaitOptions): Promise<boolean> {
  const { clock } = updater;
  let heard: (answer: boolean) => void = () => undefined;
  const answer = new Promise<boolean>((resolve) => {
    heard = resolve;
  });
  const nothing = (): void => undefined;
  const link = await open(
    { ...agent, hostPort: 0 },
    {
      datagram: (text) => heard(parseAnswer(text).kind !== "unknown"),
      unreachable: () => heard(false),
      connected: nothing,
      stranger: nothing,
      received: nothing,
      flushed: nothing,
      closed: nothing,
    },
  );
  const cancel = clock.after(answerMs, () => heard(false));
  try {
    link.send(invitationText({ command: 0, hostPort: link.hostPort, size: 0, md5: "0".repeat(32) }));
    return await answer;
  } finally {
    cancel();
    await link.close();
  }
}
