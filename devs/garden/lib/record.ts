/**
 * What the garden keeps over restarts, as one line of words: what every zone has had today, the rain delay, up to when
 * starts were looked at, and the sequence that is under way.
 *
 *   g2 DAY AGE AT MINUTE RAIN USED,USED,… [PROGRAM STEP ZONE LEFT TRIES]
 */
export interface GardenRecord {
  /**
   * Local day that `used` belongs to, counted from 1970; 0: the clock has never been set. Negative: water flowed while
   * it was not set, so that some of it may belong to the next day.
   */
  readonly day: number;
  /** Seconds awake since `used` began to count. */
  readonly age: number;
  /** When this was written, in seconds since 1970; 0: the clock was not set. */
  readonly at: number;
  /** Minute of the day then; -1: the clock was not set. */
  readonly minute: number;
  /** Seconds of rain delay that were left then. */
  readonly rain: number;
  /** Seconds of water that each zone has had, zone 1 first. */
  readonly used: number[];
  readonly interruption: Interruption | undefined;
}

/** Where a sequence is. What is about to flow counts as gone, so that no cut in power gives it twice. */
export interface Interruption {
  readonly program: string;
  /** 0-based over all rounds. */
  readonly step: number;
  readonly zone: number;
  readonly secondsLeft: number;
  /** Starts of the pump in a row that did not live for ten seconds. */
  readonly tries: number;
}

/** No watering takes longer; a record with more is damaged. */
const maxSeconds = 86400;
const maxDay = 10000000;
const version = "g2";
const fixedWords = 7;

export function recordText(it: GardenRecord): string {
  let text = `${version} ${it.day} ${it.age} ${it.at} ${it.minute} ${it.rain} ${it.used.join(",")}`;
  const run = it.interruption;
  if (run !== undefined) text += ` ${run.program} ${run.step} ${run.zone} ${run.secondsLeft} ${run.tries}`;
  return text;
}

/** @returns undefined when the text is not such a record */
export function parseRecord(text: string): GardenRecord | undefined {
  const words = text.split(" ");
  const isRunning = words.length === fixedWords + 5;
  if (words[0] !== version || (words.length !== fixedWords && !isRunning)) return undefined;
  const head = numbers(words.slice(1, fixedWords - 1), -maxDay);
  const used = numbers(words[fixedWords - 1].split(","), 0);
  if (head === undefined || used === undefined) return undefined;
  if (head[1] < 0 || head[2] < 0 || head[3] < -1 || head[4] < 0) return undefined;
  let interruption: Interruption | undefined;
  if (isRunning) {
    const program = words[fixedWords];
    const run = numbers(words.slice(fixedWords + 1), 0);
    if (program === "" || run === undefined || run[2] > maxSeconds) return undefined;
    interruption = { program: program, step: run[0], zone: run[1], secondsLeft: run[2], tries: run[3] };
  }
  return {
    day: head[0],
    age: head[1],
    at: head[2],
    minute: head[3],
    rain: head[4],
    used: used,
    interruption: interruption,
  };
}

/** @returns undefined when one of them is not a whole number from `least` on */
function numbers(words: string[], least: number): number[] | undefined {
  const all: number[] = [];
  for (const word of words) {
    // biome-ignore lint/correctness/useParseIntRadix: DeviceScript knows parseInt with one argument only
    const value = parseInt(word);
    if (`${value}` !== word || value < least) return undefined;
    all.push(value);
  }
  return all;
}
