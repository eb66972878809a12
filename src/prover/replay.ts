import { SluiceError } from "../errors/sluice-error.js";
import { tornState } from "./cut.js";
import { Fingerprint, type Recording, record, type Step } from "./record.js";
import type { ReplayId } from "./result.js";
import type { Finding, Scenario, World } from "./scenario.js";

/**
 * Goes through one cut, or several in a row, and prints everything that happens on the way.
 * @param print takes one line
 * @returns what is wrong in the end
 * @throws SluiceError UNKNOWN_PATH when the path has no such operation
 */
export function replay(scenario: Scenario, id: ReplayId, print: (line: string) => void): readonly Finding[] {
  print(`${scenario.layout}: ${scenario.what}`);
  let world = scenario.start();
  let key: Fingerprint = new Fingerprint();
  let run: (world: World) => Finding[] = scenario.act;
  for (const cut of id.cuts) {
    const recording = recordWithLog(world, key, run, () => undefined);
    const step: Step | undefined = recording.steps[cut.operation];
    if (step === undefined)
      throw new SluiceError(
        "UNKNOWN_PATH",
        `there is no operation ${cut.operation}: this run has ${recording.steps.length}`,
      );
    recording.steps.slice(0, cut.operation).forEach((one, index) => {
      print(`  ${operationText(one, index)}`);
    });
    print(`  ${operationText(step, cut.operation)}  << power lost, torn: ${cut.tear}; RTC memory ${cut.rtc}`);
    const state = tornState(step, cut, id.seed);
    world = state.make();
    key = state.flashKey;
    run = scenario.recover;
    print("power is back");
  }
  const last = recordWithLog(world, key, run, (line) => print(`  ${line}`));
  last.steps.forEach((one, index) => {
    print(`  ${operationText(one, index)}`);
  });
  let findings = last.findings;
  if (id.cuts.length === 0) {
    const after = recordWithLog(last.end, last.endKey, scenario.recover, (line) => print(`  ${line}`));
    findings = [...findings, ...after.findings];
  }
  for (const finding of findings) print(`${finding.kind}: ${finding.text}`);
  if (findings.length === 0) print("nothing is wrong: the board came back as it should");
  return findings;
}

function recordWithLog(
  world: World,
  key: Fingerprint,
  run: (world: World) => Finding[],
  say: (line: string) => void,
): Recording {
  world.onLog = say;
  return record(world, key, run);
}

function operationText({ operation }: Step, index: number): string {
  const { kind, address, length } = operation;
  return `${String(index).padStart(5)} ${kind.padEnd(7)} 0x${address.toString(16).padStart(6, "0")} ${length} bytes`;
}
