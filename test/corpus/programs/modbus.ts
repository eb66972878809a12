// Serial: Modbus RTU, a master with a queue and a time-out
type Done = (error: string | null, values?: number[]) => void;
function crc16(bytes: ArrayLike<number>, length = bytes.length) {
  let crc = 0xffff;
  for (let i = 0; i < length; i++) {
    crc ^= bytes[i];
    for (let bit = 8; bit; bit--) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}
const frame = (...bytes: number[]) => { const crc = crc16(bytes); return new Uint8Array([...bytes, crc & 255, crc >> 8]); };
class Master {
  private queue: { request: Uint8Array; done: Done }[] = [];
  private timer: any;
  constructor(private send: (bytes: Uint8Array) => void, private timeout = 200) {}
  readHolding(unit: number, register: number, count: number, done: Done) {
    this.queue.push({ request: frame(unit, 3, register >> 8, register & 255, count >> 8, count & 255), done });
    if (this.queue.length === 1) this.next();
  }
  receive(answer: Uint8Array) {
    const end = answer.length - 2;
    if (crc16(answer, end) !== (answer[end] | (answer[end + 1] << 8))) return this.finish("CRC");
    if (answer[1] & 0x80) return this.finish(`exception ${answer[2]}`);
    const view = new DataView(answer.buffer, 3, answer[2]);
    const values: number[] = [];
    for (let i = 0; i < answer[2]; i += 2) values.push(view.getInt16(i, false));
    this.finish(null, values);
  }
  private next() {
    const job = this.queue[0];
    if (!job) return;
    this.timer = setTimeout(() => this.finish("time-out"), this.timeout);
    this.send(job.request);
  }
  private finish(error: string | null, values?: number[]) {
    clearTimeout(this.timer);
    const { done } = this.queue.shift()!;
    done(error, values);
    this.next();
  }
}
const master = new Master(request => {
  print("> " + [].map.call(request, (b: number) => b.toString(16).padStart(2, "0")).join(" "));
  if (request[0] === 9) return;
  const answer = request[3] === 7 ? frame(request[0], 0x83, 2) : frame(request[0], 3, 4, 0x00, 0xeb, 0xff, 0x9c);
  if (request[0] === 2) answer[3] ^= 1;
  setTimeout(() => master.receive(answer), 5);
});
const show = (name: string): Done => (error, values) => print(name, error ?? values!.map(v => (v / 10).toFixed(1)).join("/"));
[["heat pump", 1, 0], ["meter", 2, 0], ["nobody", 9, 0], ["no register", 1, 7]].forEach(([name, unit, register]) => {
  master.readHolding(unit as number, register as number, 2, show(name as string));
});
