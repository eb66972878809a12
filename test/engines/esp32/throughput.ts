import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { uploadImage } from "../../../src/host/index.js";
import { appPartitions } from "../../../src/image/board-target.js";
import { plain } from "./apps.js";
import { Esp32Board, firmwareFolder, hostAddress, isSet } from "./esp32-board.js";
import { board, firmwareOf, password } from "./flash-file.js";
import { verification } from "./verification.js";

// `npm run bench:esp32`: how long a signature takes; how fast firmware goes over the air, and how fast a receiver does
// that only writes flash.

/** Bytes on their way at most: two full segments, what the board's TCP takes. */
const window = 2920;
const plainLength = 0x40000;
const patienceMs = 900_000;

interface Speed {
  /** Bytes a second. */
  readonly rate: number;
  /** ms between two acknowledgements, at most. */
  readonly pause: number;
}

class Meter {
  readonly #started = performance.now();
  #last = this.#started;
  pause = 0;

  acknowledged(): void {
    const now = performance.now();
    this.pause = Math.max(this.pause, now - this.#last);
    this.#last = now;
  }

  speed(bytes: number): Speed {
    return { rate: (bytes * 1000) / (this.#last - this.#started), pause: this.pause };
  }
}

/** A receiver on the console: erases and writes 4 KB at a time, and answers how many bytes came. */
async function plainReceiver(it: Esp32Board): Promise<Speed> {
  const start = appPartitions(board)[1]?.offset ?? 0;
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connected = once(server, "connection", { signal: AbortSignal.timeout(60_000) });
  const write = "f.erasePage(A);f.write(B.slice(0,4096),A);A+=4096;B=B.slice(4096)";
  for (const line of [
    `var f=require("Flash"),A=${start},B="";`,
    `function got(s,d){B+=d;if(B.length>=4096){${write}}s.write(d.length+"\\n")}`,
    `require("net").connect({host:"${hostAddress}",port:${port}},function(s){s.on("data",function(d){got(s,d)})});0`,
  ])
    it.type(line);
  try {
    const [socket] = await connected;
    socket.setNoDelay(true);
    const meter = new Meter();
    let sent = 0;
    let known = 0;
    const more = (): void => {
      const length = Math.min(window - (sent - known), plainLength - sent);
      if (length <= 0) return;
      sent += length;
      socket.write(Buffer.alloc(length, sent & 255));
    };
    const done = new Promise<void>((resolve, reject) => {
      setTimeout(() => reject(new Error("the plain receiver stands still")), patienceMs).unref();
      let text = "";
      socket.on("data", (data: Buffer) => {
        text += data.toString("latin1");
        for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n")) {
          known += Number(text.slice(0, end));
          text = text.slice(end + 1);
        }
        meter.acknowledged();
        if (known >= plainLength) resolve();
        else more();
      });
    });
    more();
    await done;
    socket.destroy();
    return meter.speed(plainLength);
  } finally {
    server.close();
  }
}

async function firmwarePush(it: Esp32Board): Promise<Speed> {
  const image = firmwareOf(firmwareFolder);
  let meter: Meter | undefined;
  let known = 0;
  await uploadImage({
    image,
    to: it.target,
    password,
    onEvent: (event) => {
      if (event.event === "connected") meter = new Meter();
      if (event.event !== "progress" || event.acknowledged <= known) return;
      known = event.acknowledged;
      meter?.acknowledged();
    },
  });
  return (meter ?? new Meter()).speed(image.length);
}

const text = (what: string, { rate, pause }: Speed): string =>
  `| ${what} | ${(rate / 1000).toFixed(1)} KB/s | ${(pause / 1000).toFixed(2)} s |`;

if (!isSet) {
  console.log(
    "skipped: ESP32_QEMU and ESPRUINO_ESP32 name no emulator and no firmware (docs/esp32-emulated.md)",
  );
} else {
  console.log(`verifying a signature: ${(await verification()).toFixed(2)} s of the board's clock\n`);
  const it = await Esp32Board.start(await plain("1.0.0"));
  try {
    const bare = await plainReceiver(it);
    const from = await it.powerCycle();
    await it.wait("named", {}, from);
    const ours = await firmwarePush(it);
    const head = ["| | bytes | longest pause |", "|---|---|---|"];
    console.log(
      [...head, text("a plain receiver", bare), text("firmware by sluice upload", ours)].join("\n"),
    );
    console.log(`\nratio ${(ours.rate / bare.rate).toFixed(2)}`);
  } finally {
    await it.stop();
  }
}
