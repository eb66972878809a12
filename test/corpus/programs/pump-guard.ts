// Relays: a pump that is off again whatever happens
const PUMP = D14;
const wait = (ms: number) => new Promise<void>(done => setTimeout(done, ms));
const race = <T>(...jobs: Promise<T>[]) => new Promise<T>((done, fail) => jobs.forEach(job => job.then(done, fail)));
let busy = false;
async function withPump<T>(name: string, job: () => Promise<T>): Promise<T> {
  if (busy) throw { code: "BUSY", name };
  busy = true;
  digitalWrite(PUMP, 1);
  try {
    return await race(job(), wait(250).then((): never => { throw new Error(name + " took too long"); }));
  } finally {
    digitalWrite(PUMP, 0);
    busy = false;
  }
}
const flows: Record<string, number[]> = { lawn: [5, 6, 7], beds: [4, 0, 3], trees: new Array(50).fill(1) };
const water = (zone: string) => withPump(zone, async () => {
  let litres = 0;
  for (const flow of flows[zone] ?? []) {
    await wait(10);
    if (flow === 0) throw new Error(`${zone} is dry after ${litres}`);
    litres += flow;
  }
  return `${zone} got ${litres}, pump ${digitalRead(PUMP)}`;
});
(async () => {
  const results: string[] = [];
  const late = water("lawn").catch((e: Error) => e.message);
  await water("beds").catch(({ code, name }) => results.push(`${code} for ${name}`));
  results.push(await late);
  for (const zone of ["beds", "trees", "roof"])
    try { results.push(await water(zone)); }
    catch (error) { results.push(error instanceof Error ? error.message : "?"); }
    finally { results.push(`pump ${digitalRead(PUMP)}`); }
  results.forEach((line, i) => print(i + 1, line));
})();
