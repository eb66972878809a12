import { describe, expect, test } from "vitest";
import { onEngine } from "../../conformance/on-engine.js";
import { type Probe, probes, readAnswers, writeAnswers } from "../../conformance/record.js";

const engine = process.env["ESPRUINO"] ?? "";
const record = process.env["RECORD"] === "1";

/** As many at once as there are processors here; each waits more than it works. */
async function askAll(): Promise<Record<string, string[]>> {
  const answers: Record<string, string[]> = {};
  const left = [...probes];
  const ask = async (): Promise<void> => {
    for (let probe: Probe | undefined = left.shift(); probe; probe = left.shift())
      answers[probe.name] = await onEngine(engine, probe.program);
  };
  await Promise.all([ask(), ask(), ask(), ask()]);
  return answers;
}

describe.skipIf(engine === "")("the real engine", async () => {
  const answers = engine === "" ? {} : await askAll();
  if (record && engine !== "") writeAnswers(answers);
  const recorded = readAnswers();

  test.each(probes.map(({ name }) => name))("%s", (name) => {
    expect(answers[name]).toEqual(recorded[name]);
  });

  test("is recorded for every probe and nothing else", () => {
    expect(Object.keys(recorded).sort()).toEqual(Object.keys(answers).sort());
  });
});
