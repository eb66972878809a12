import { reasonOf, SluiceError } from "../../../errors/sluice-error.js";
import type { FlashEvent, FlashPiece } from "../job.js";
import { writeJob } from "../write-job.js";
import type { PagePlan } from "./server.js";
import { WebLine, type WebPort } from "./web-line.js";

/** What the page uses of the browser; the project's other code has no DOM. */
interface Element {
  textContent: string | null;
  hidden: boolean;
  disabled: boolean;
  value: number;
  append(...nodes: (Element | string)[]): void;
  addEventListener(event: "click", listener: () => void): void;
}
interface Browser {
  readonly document: {
    getElementById(id: string): Element | null;
    createElement(tag: string): Element;
  };
  readonly navigator: { readonly serial?: { requestPort(): Promise<WebPort> } };
}

const { document, navigator } = globalThis as unknown as Browser;

function element(id: string): Element {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

function made(tag: string, ...content: (Element | string)[]): Element {
  const node = document.createElement(tag);
  node.append(...content);
  return node;
}

async function fetched(path: string): Promise<Response> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error("The server has ended: start `sluice flash --browser` again.");
  return answer;
}

function show(plan: PagePlan): void {
  element("about").textContent =
    `For ${plan.chip}, ${plan.erase ? "after erasing the whole chip, " : ""}in this order:`;
  for (const { address, size, what } of plan.pieces)
    element("parts").append(
      made("tr", made("td", `0x${address.toString(16)}`), made("td", `${size} bytes`), made("td", what)),
    );
  for (const note of plan.notes) element("notes").append(made("li", note));
}

function follow(event: FlashEvent): void {
  const state = element("state");
  if (event.event === "progress") element("progress").value = event.done / event.total;
  else if (event.event === "writing") state.textContent = `Writing ${event.what} …`;
  else if (event.event === "same") state.textContent = `There already: ${event.what}`;
  else if (event.event === "connecting") state.textContent = "Looking for the board's boot loader …";
  else if (event.event === "erasing") state.textContent = "Erasing the whole chip …";
}

async function flash(plan: PagePlan, port: WebPort): Promise<void> {
  const pieces: FlashPiece[] = [];
  for (const [number, { address, md5, what }] of plan.pieces.entries())
    pieces.push({
      address,
      md5,
      what,
      bytes: new Uint8Array(await (await fetched(`piece/${number}`)).arrayBuffer()),
    });
  const { written, same } = await writeJob(new WebLine(port), { ...plan, pieces }, { onEvent: follow });
  element("state").textContent = `Done: ${written} bytes written and verified, ${same} were there already.`;
}

function failed(error: unknown): void {
  const remedy = error instanceof SluiceError ? ` ${error.remedy}` : "";
  element("failed").textContent = `${reasonOf(error)}${remedy}`;
}

async function begin(): Promise<void> {
  const plan = (await (await fetched("plan.json")).json()) as PagePlan;
  show(plan);
  const { serial } = navigator;
  if (serial === undefined)
    throw new Error("This browser has no WebSerial: take Chrome, Edge or Opera on a computer.");
  const start = element("start");
  start.disabled = false;
  start.addEventListener("click", () => {
    element("failed").textContent = "";
    // Choosing needs the click itself; no port chosen is no failure.
    serial.requestPort().then(
      async (port) => {
        start.disabled = true;
        element("progress").hidden = false;
        await flash(plan, port).catch(failed);
        start.disabled = false;
      },
      () => undefined,
    );
  });
}

begin().catch(failed);
