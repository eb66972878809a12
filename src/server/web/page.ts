import { createHash } from "node:crypto";
import type { RefusedFile } from "../images/served-image.js";
import type { DeviceView, ImagesView, ImageView, OfferView, ReportView } from "./views.js";

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

export type Piece = Html | string | number | readonly Html[];

/** A template in which every value is escaped, unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...values: Piece[]): Html {
  let text = strings[0] ?? "";
  values.forEach((value, i) => {
    text += escaped(value) + (strings[i + 1] ?? "");
  });
  return new Html(text);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(value: Piece): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map((one) => one.text).join("");
  return String(value).replace(/[&<>"']/g, (char) => entities[char] ?? "");
}

export const pageStyle = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin-top: 2rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
th { font-weight: 600; opacity: .7; }
.bad { color: light-dark(#b3261e, #ff8a80); } .good { color: light-dark(#1b6e2d, #7bd88f); }
.quiet { opacity: .65; } code { font-size: .9em; }
`;

/** Fetches the tables anew; when the server is away, a notice appears and the last state stays. */
export const pageScript = `
const main = document.querySelector("main");
const state = document.querySelector("#state");
async function refresh() {
  try {
    const answer = await fetch("/?part=main&" + location.search.slice(1), { signal: AbortSignal.timeout(8000) });
    if (!answer.ok) throw new Error(answer.status);
    main.innerHTML = await answer.text();
    state.textContent = "";
  } catch (error) { state.textContent = "The server does not answer; this is the last state."; }
  setTimeout(refresh, 5000);
}
setTimeout(refresh, 5000);
`;

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Nothing from elsewhere, and of here only the style and the script above. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src ${hashOf(pageStyle)}`,
  `script-src ${hashOf(pageScript)}`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export interface PageFacts {
  readonly now: number;
  /** Those on this page; how many come before them, and how many there are. */
  readonly devices: readonly DeviceView[];
  readonly offset: number;
  readonly total: number;
  readonly images: ImagesView;
  readonly reports: readonly ReportView[];
}

export function statusPage(facts: PageFacts): string {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sluice update server</title>
<style>${new Html(pageStyle)}</style>
<h1>Sluice update server</h1>
<p id="state" class="bad" role="status"></p>
<main>${new Html(statusTables(facts))}</main>
<script>${new Html(pageScript)}</script>
</html>
`.text;
}

/** What the page fetches again and again. */
export function statusTables({ now, devices, offset, total, images, reports }: PageFacts): string {
  const boards = html`<tr><th>name<th>product<th>version<th>slot<th>last seen<th>last answer<th>last update</tr>`;
  const files = html`<tr><th>file<th>product<th>version<th>for<th>channel<th>bytes</tr>`;
  const end = offset + devices.length;
  const more = end < total ? html` <a href="/?offset=${end}">more</a>` : "";
  const first = offset > 0 ? html` <a href="/">first</a>` : "";
  const count = total > devices.length ? html` ${offset + 1} to ${end} of ${total}${first}${more}` : "";
  return html`<h2>Boards${count}</h2>
${table(
  boards,
  devices.map((device) => boardRow(device, now)),
  "No board has asked yet.",
)}
<h2>Images</h2>
${table(files, [...images.images.map(imageRow), ...images.refused.map(refusedRow)], "The folder is empty.")}
<h2>Reports</h2>
${table(
  html`<tr><th>when<th>board<th>what<th>version<th>code<th></tr>`,
  reports.map((report) => reportRow(report, devices, now)),
  "Nothing yet.",
)}
`.text;
}

function table(head: Html, rows: readonly Html[], none: string): Html {
  return rows.length === 0
    ? html`<p class="quiet">${none}</p>`
    : html`<div class="wide"><table>${head}${rows}</table></div>`;
}

function boardRow(device: DeviceView, now: number): Html {
  const held = device.pinned === null ? "" : ` (held at ${device.pinned})`;
  const name =
    device.name === ""
      ? html`<code>${device.mac}</code>`
      : html`${device.name} <code class="quiet">${device.mac}</code>`;
  return html`<tr><td>${name}<td>${device.product ?? device.app ?? "–"}<td>${(device.version ?? "–") + held}<td>${device.slot ?? "–"}<td>${ago(device.lastSeen, now)}<td>${device.blocked ? "blocked" : (device.lastAnswer ?? "–")}<td>${device.offers.map(offerText)}</tr>\n`;
}

function offerText({ target, file, version, state, sends }: OfferView): Html {
  const tone = state === "installed" ? "good" : state === "rolled-back" || state === "missed" ? "bad" : "";
  const times = sends > 1 ? `, ${sends} times` : "";
  return html`<div>${target} ${version === "" ? file : version}: <span class="${tone}">${state}${times}</span></div>`;
}

function imageRow({ file, product, version, target, channel, size }: ImageView): Html {
  return html`<tr><td><code>${file}</code><td>${product}<td>${version === "" ? "–" : version}<td>${target}<td>${channel}<td>${size}</tr>\n`;
}

function refusedRow({ file, code, text }: RefusedFile): Html {
  return html`<tr><td><code>${file}</code><td colspan="5" class="bad">not served: ${code}: ${text}</tr>\n`;
}

function reportRow(report: ReportView, devices: readonly DeviceView[], now: number): Html {
  const name = devices.find(({ mac }) => mac === report.mac)?.name || report.mac;
  const event = report.inferred ? `${report.event} (seen)` : report.event;
  return html`<tr><td>${ago(report.at, now)}<td>${name}<td>${event}<td>${report.version ?? ""}<td>${report.code ?? ""}<td>${report.text ?? ""}</tr>\n`;
}

function ago(time: string | null, now: number): string {
  if (time === null) return "never";
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86400)} days ago`;
}
