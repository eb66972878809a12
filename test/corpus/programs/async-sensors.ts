// Sensors: read in turn by an async loop, with a time-out
const after = <T>(ms: number, value: T) => new Promise<T>(done => setTimeout(() => done(value), ms));
class Probe {
  constructor(readonly name: string, private readonly values: number[]) {}
  async read() { const value = await after(3, this.values.shift()); if (value === undefined) throw new Error(this.name + " is silent"); return value; }
}
async function main() {
  const probes = [new Probe("air", [20, 21]), new Probe("soil", [11])];
  const log: string[] = [];
  for (let round = 0; round < 2; round++)
    for (const probe of probes)
      try { log.push(`${probe.name} ${await probe.read()}`); }
      catch (error) { log.push((error as Error).message); continue; }
  return log.join("; ");
}
main().then(text => print(text), error => print("no " + error));
