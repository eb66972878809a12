import { createHash } from "node:crypto";

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

/** Fetches the tables anew; a server that is away is said, and the last state stays. */
export const pageScript = `
const main = document.querySelector("main");
const state = document.querySelector("#state");
async function refresh() {
  try {
    const answer = await fetch("/?part=main", { signal: AbortSignal.timeout(8000) });
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
