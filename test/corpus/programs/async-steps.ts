// Callbacks: await in loops, switches and conditions, one job at a time
const sleep = <T>(ms: number, value?: T) => new Promise<T>(done => setTimeout(() => done(value as T), ms));
class Lock {
  private last: Promise<unknown> = Promise.resolve();
  run<T>(job: () => Promise<T>): Promise<T> { const next = this.last.then(job); this.last = next.catch(() => {}); return next; }
}
async function retry<T>(job: (n: number) => Promise<T>, times: number): Promise<T> {
  for (let n = 1; ; n++) try { return await job(n); } catch (error) { if (n >= times) throw error; await sleep(n * 2); }
}
async function main() {
  class Zone { constructor(readonly name: string) {} async open() { await sleep(1); return this.name + " open"; } }
  const zones: Record<string, Zone> = { lawn: new Zone("Lawn"), beds: new Zone("Beds") };
  for (const key in zones) print(key, await zones[key].open());
  print(await retry(async n => { if (n < 3) throw new Error(`no ${n}`); return `after ${n}`; }, 5));
  print(await retry(async n => { throw new Error(`never ${n}`); }, 2).catch(error => error.message));
  const lock = new Lock(), log: string[] = [];
  await Promise.all(["a", "b", "c"].map((name, i) => lock.run(async () => {
    log.push(name + "<");
    await sleep(3 - i);
    if (name === "b") throw 1;
    log.push(name + ">");
  }).catch(error => log.push(`error ${error}`))));
  let i = 0;
  while (await sleep(1, i < 3)) if (i++ !== 1) log.push(`w${i}`);
  do i--; while (await sleep(1, i > 1));
  switch (await sleep(1, "open")) {
    case "shut": log.push("shut");
    case "open": await sleep(1); log.push("open");
    default: log.push("default");
  }
  print(log.join(" "), (await sleep(1, i === 1)) ? await sleep(1, "yes") : "no", (await sleep(1, null)) ?? "nil");
  const guarded = async () => { try { return await sleep(1, "value"); } finally { await sleep(1); print("finally"); } };
  print(await guarded(), new Zone("Trees").name);
}
main().then(() => print("done"), error => print("failed " + error.message));
