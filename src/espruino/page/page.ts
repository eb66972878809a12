import type { Status } from "./facts.js";
import { judge, kilobytes, type Verdict } from "./judge.js";
import { imageMd5 } from "./md5.js";
import { base, readStatus } from "./status.js";

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const $ = <T extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as T;

const input = $<HTMLInputElement>("file");
const button = $<HTMLButtonElement>("go");
let status: Status | undefined;
let image: Uint8Array<ArrayBuffer> | undefined;
let verdict: Verdict | undefined;
let polling = false;
/** When the board last answered. */
let alive = 0;

function setText(id: string, text: string, bad = false): void {
  $(id).textContent = text;
  $(id).className = bad ? "bad" : "";
}

function bar(id: string, done: number, total: number): void {
  const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
  $<HTMLProgressElement>(id).value = percent;
  $(`${id}-text`).textContent = `${percent} %`;
}

function list(lines: readonly string[]): void {
  if ($("steps").children.length === lines.length && lines.length === 0) return;
  $("steps").replaceChildren(
    ...lines.map((line, i) => {
      const item = document.createElement("li");
      const done = i < lines.length - 1 || line === "safe";
      item.textContent = `${done ? "\u2713" : "\u2026"} ${line === "safe" ? "the equipment is safe" : line}`;
      return item;
    }),
  );
}

function show(facts: Status): void {
  status = facts;
  const rows = [
    ["Runs", `${facts.app}${facts.trial ? " (on trial)" : ""}, slot ${facts.slot}`],
    ["Board", facts.board],
    ["Room", `${kilobytes(facts.appSpace)} for an app`],
  ];
  if (facts.firmwareSpace > 0) rows[2][1] += `, ${kilobytes(facts.firmwareSpace)} for firmware`;
  $("facts").replaceChildren(
    ...rows.flatMap(([name, value]) => {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = name;
      text.textContent = value;
      return [term, text];
    }),
  );
  $("facts").hidden = false;
  document.title = `${facts.app} \u00b7 Update`;
  setText("when", facts.refused ? `Not now: ${facts.refused.text}.` : "");
  allow();
  void pollWhileRefused();
}

function allow(): void {
  button.disabled = !verdict || verdict.refused !== "" || !!status?.refused;
}

/** Until the window opens, the button on the board is pressed, or the trial is over. */
async function pollWhileRefused(): Promise<void> {
  if (polling) return;
  polling = true;
  while (status?.refused && !$("plain").hidden) {
    await pause(Math.min(status.refused.seconds, 5) * 1000);
    await readStatus().then(show, () => undefined);
  }
  polling = false;
}

async function choose(): Promise<void> {
  const file = input.files?.[0];
  verdict = undefined;
  allow();
  if (!file) return;
  setText("verdict", "Reading\u2026");
  show(await readStatus());
  image = new Uint8Array(await file.arrayBuffer());
  if (!status) return;
  verdict = judge(image.subarray(0, 256), image.length, status);
  const { what, refused } = verdict;
  if (refused) setText("verdict", `\u2715 ${what}. ${refused}`, true);
  else setText("verdict", `\u2713 ${what}. It is for this board, and it fits.`);
  allow();
}

/** How long a board may be silent that restarts to make room for the update, ms. */
const restartMs = 40_000;

/** Has the board make its equipment safe, and waits until it is; through a restart, too. */
async function prepare(query: string): Promise<void> {
  let sent = false;
  let lost = false;
  for (alive = Date.now(); Date.now() - alive < restartMs; await pause(400)) {
    if (!sent) {
      const answer = await fetch(`${base}/prepare?${query}`, { method: "POST" }).catch(() => undefined);
      if (answer && !answer.ok) throw new Error(await answer.text());
      sent = answer !== undefined;
    }
    const now = await readStatus().catch(() => undefined);
    if (!now) {
      lost = true;
      setText("outcome", "The board does not answer. It may be restarting to make room\u2026");
      continue;
    }
    alive = Date.now();
    setText("outcome", "");
    if (now.steps.length > 0) list(now.steps);
    if (now.state === "prepared") return;
    if (now.state === "preparing") continue;
    if (!lost || now.state !== "idle" || now.error)
      throw new Error(now.error?.text ?? "The board went on without us.");
    // It has restarted and lost the request.
    sent = false;
    lost = false;
  }
  throw new Error("The board has not come back. Is it still on? Reload this page in a minute.");
}

/** A board that neither takes bytes nor answers for so long is gone, ms: TCP itself would wait for a quarter of an hour. */
const silenceMs = 20_000;

/** @returns whether the board restarts now */
function send(query: string, body: Uint8Array<ArrayBuffer>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    alive = Date.now();
    const silence = setInterval(() => {
      if (Date.now() - alive >= silenceMs) request.abort();
    }, 1000);
    request.onloadend = () => clearInterval(silence);
    request.onabort = () =>
      reject(new Error("The board is silent. Is it still on? It keeps running what it had."));
    request.open("POST", `${base}?${query}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => {
      alive = Date.now();
      bar("sent", loaded, total);
    };
    request.onerror = () => reject(new Error("The connection broke. The board keeps running what it had."));
    request.onload = () => {
      if (request.status === 200) resolve(request.responseText.includes("Reboot"));
      else reject(new Error(request.responseText));
    };
    request.send(body);
  });
}

/** Shows how far the board has written, while the file is sent. */
async function watch(over: () => boolean): Promise<void> {
  while (!over()) {
    const now = await readStatus().catch(() => undefined);
    if (now) alive = Date.now();
    if (now && !over() && now.state !== "idle") bar("written", now.done, now.total);
    await pause(400);
  }
}

/** Waits until the board is back, and on trial no longer. @returns what runs */
async function comeBack(): Promise<Status> {
  const until = Date.now() + 90_000;
  for (let seconds = 15; Date.now() < until; seconds--) {
    setText("outcome", `Written and checked. Restarting${seconds > 0 ? `, about ${seconds} s` : ""}\u2026`);
    await pause(1000);
    const now = await readStatus().catch(() => undefined);
    if (now && now.state === "idle" && !now.trial) return now;
  }
  throw new Error("The board has not come back yet. Reload this page in a minute.");
}

async function update(bytes: Uint8Array<ArrayBuffer>, { kind, name }: Verdict): Promise<void> {
  const query = `kind=${kind}&size=${bytes.length}&md5=${imageMd5(bytes)}`;
  const before = status;
  await prepare(query);
  let over = false;
  let restarts = false;
  const watching = watch(() => over);
  try {
    restarts = await send(query, bytes);
  } finally {
    over = true;
  }
  bar("sent", 1, 1);
  bar("written", 1, 1);
  await watching;
  if (!restarts) {
    setText("outcome", "\u2713 Written and checked. It runs from the next restart on.");
    return;
  }
  const now = await comeBack();
  show(now);
  if (name !== "" && before?.app.split("@")[0] === name && before.slot === now.slot)
    throw new Error(`The new version did not prove itself; ${now.app} runs again.`);
  setText("outcome", `\u2713 Updated. ${now.app} runs now.`);
}

async function run(): Promise<void> {
  if (!image || !verdict || verdict.refused) return;
  $("plain").hidden = true;
  $("run").hidden = false;
  $("again").hidden = true;
  list([]);
  bar("sent", 0, 1);
  bar("written", 0, 1);
  setText("outcome", "");
  try {
    await update(image, verdict);
  } catch (error) {
    setText("outcome", `\u2715 Not updated. ${error instanceof Error ? error.message : error}`, true);
  }
  $("again").hidden = false;
}

$("plain").addEventListener("submit", (event) => {
  event.preventDefault();
  void run();
});
input.addEventListener(
  "change",
  () => void choose().catch((error) => setText("verdict", `${error.message}`, true)),
);
$("again").addEventListener("click", () => {
  $("run").hidden = true;
  $("plain").hidden = false;
  input.value = "";
  setText("verdict", "");
  verdict = undefined;
  allow();
  void readStatus().then(show, () => undefined);
});
const drop = $("drop");
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.className = "over";
});
document.addEventListener("dragleave", () => {
  drop.className = "";
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.className = "";
  const files = event.dataTransfer?.files;
  if (!files?.length || $("plain").hidden) return;
  input.files = files;
  input.dispatchEvent(new Event("change"));
});
document.body.className = "js";
allow();
void readStatus().then(show, () => undefined);
