import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { Campaign, type Finding } from "./campaign.js";
import { corpusOf, keepCorpus } from "./corpus.js";
import { targets } from "./targets.js";

/** What the worker is to do. */
export interface Task {
  readonly root: string;
  readonly points: number;
  readonly seed: number;
  readonly seconds: number;
  /** "": all of them. */
  readonly target: string;
  /** Runs this file's input alone; "": none. */
  readonly replay: string;
  /** Puts the inputs that are worth keeping into the tree. */
  readonly keep: boolean;
  /** Number of the run, number of the target, length of the input; then the input. */
  readonly current: SharedArrayBuffer;
}

export interface Result {
  readonly target: string;
  readonly runs: number;
  /** Inputs that came somewhere new. */
  readonly inputs: number;
  readonly places: number;
  readonly finding: Finding | undefined;
}

export const headWords = 3;
/** ms that a target runs before it is the next one's turn. */
const turnMs = 500;

const task: Task = workerData;
const numbers = new Int32Array(task.current, 0, headWords);
const bytes = new Uint8Array(task.current, headWords * 4);

const chosen = targets.filter(({ name }) => task.target === "" || task.target === name);

function campaignOf(index: number): Campaign {
  const target = chosen[index];
  const corpus = task.replay === "" ? corpusOf(task.root, target.name).map(({ input }) => input) : [];
  return new Campaign(target, task.points, task.seed, corpus, (input) => {
    numbers[0]++;
    numbers[1] = targets.indexOf(target);
    numbers[2] = input.length;
    bytes.set(input);
  });
}

const campaigns: Campaign[] = [];
const end = performance.now() + task.seconds * 1000;
for (let i = 0; i < chosen.length; i++) {
  const campaign = campaignOf(i);
  if (task.replay !== "") campaign.try(new Uint8Array(readFileSync(task.replay)));
  campaigns.push(campaign);
}
const isOver = (): boolean =>
  performance.now() >= end || campaigns.every(({ finding }) => finding !== undefined);
while (task.replay === "" && !isOver())
  for (const campaign of campaigns) campaign.go(Math.min(turnMs, end - performance.now()));
if (task.keep) for (const campaign of campaigns) keepCorpus(task.root, campaign.target.name, campaign.kept());

const results: Result[] = campaigns.map((campaign) => ({
  target: campaign.target.name,
  runs: campaign.runs,
  inputs: campaign.size,
  places: campaign.counters.covered,
  finding: campaign.finding,
}));
parentPort?.postMessage(results);
