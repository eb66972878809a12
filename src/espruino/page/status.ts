import type { Status } from "./facts.js";

export const base = location.pathname.replace(/\/$/, "");

export async function readStatus(): Promise<Status> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 4000);
  try {
    const answer = await fetch(`${base}/status`, { cache: "no-store", signal: abort.signal });
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  } finally {
    clearTimeout(timer);
  }
}
