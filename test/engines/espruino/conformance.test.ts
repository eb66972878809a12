import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { ofTheBuild, signsOfTheBuild } from "../../conformance/builds.js";
import { onEngine } from "../../conformance/on-engine.js";
import { type Answers, type Probe, probes, readAnswers, writeAnswers } from "../../conformance/record.js";

const engine = process.env["ESPRUINO"] ?? "";
const record = process.env["RECORD"] === "1";

/** Where a machine stalls, timers fall together that should not: what is new has to appear twice. */
async function answerOf({ program }: Probe, known: readonly string[] | undefined): Promise<string[]> {
  let answer = await onEngine(engine, program);
  for (let again = 0; again < 4 && !isDeepStrictEqual(answer, known); again++) {
    known = answer;
    answer = await onEngine(engine, program);
  }
  return answer;
}

/** Some at once: each waits more than it works. */
async function askAll(recorded: Answers): Promise<Record<string, string[]>> {
  const answers: Record<string, string[]> = {};
  const left = [...probes];
  const ask = async (): Promise<void> => {
    for (let probe = left.shift(); probe; probe = left.shift())
      answers[probe.name] = await answerOf(probe, recorded[probe.name]);
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  return answers;
}

describe.skipIf(engine === "")("the real engine", async () => {
  const answers = engine === "" ? {} : await askAll(readAnswers());
  if (record && engine !== "") writeAnswers(answers);
  const recorded = readAnswers();

  const isRecordedBuild = signsOfTheBuild.every((name) => isDeepStrictEqual(answers[name], recorded[name]));
  const others = new Set(isRecordedBuild ? [] : Object.values(ofTheBuild).flat());

  test.for(probes.map(({ name }) => name))("%s", (name, { skip }) => {
    skip(others.has(name), "hangs on how the engine was compiled");
    expect(answers[name]).toEqual(recorded[name]);
  });

  test("is recorded for every probe and nothing else", () => {
    expect(Object.keys(recorded).sort()).toEqual(Object.keys(answers).sort());
  });
});
