// MQTT: connects again, later each time, with async and await
const wait = (ms: number) => new Promise<void>(done => setTimeout(done, ms));
let tries = 0;
async function connect(host: string): Promise<string> {
  await wait(2);
  if (++tries < 4) throw new Error(`no route to ${host} (${tries})`);
  return "connected";
}
async function keepTrying(host: string, { first = 4, most = 10 } = {}) {
  for (let delay = first; ; delay = Math.min(delay * 2, most)) {
    try { return await connect(host); }
    catch (error) { print((error as Error).message + ", again in " + delay); }
    finally { print("tried " + tries); }
    await wait(delay);
  }
}
keepTrying("broker").then(print);
