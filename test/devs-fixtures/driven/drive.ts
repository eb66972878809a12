/** Drives the pin of valve 2 from a timer, and knows nothing of updates. */
export function drive(everyMs: number): void {
  const relay = new Pin(26);
  let on = false;
  setInterval(() => {
    on = !on;
    digitalWrite(relay, on);
  }, everyMs);
}
