import { expect, test } from "vitest";
import { makeFlash } from "../../../src/board/board-flash.js";
import { SocketLine } from "../../../src/host/flash/socket-line.js";
import { serveSerial } from "../../support/model-line.js";
import { esp32 } from "../../support/test-bundles.js";

function listener() {
  const lost: string[] = [];
  let heard: () => void = () => undefined;
  const greeting = new Promise<void>((resolve) => {
    heard = resolve;
  });
  return {
    lost,
    greeting,
    onBytes: () => heard(),
    onLost: (reason: Error) => void lost.push(reason.message),
  };
}

test("a connection that was closed and opened again is not lost, one that the server ends is", async () => {
  const server = await serveSerial("esp32", makeFlash(esp32));
  const line = new SocketLine("127.0.0.1", server.port);
  const [first, second] = [listener(), listener()];
  try {
    await line.open(115200, first);
    await first.greeting;
    const closed = line.close();
    // As esptool-js does when a chip does not identify itself at once.
    await line.open(115200, second);
    await closed;
    await second.greeting;
    expect([first.lost, second.lost]).toEqual([[], []]);
  } finally {
    await server.close();
  }
  // Its end may still be on its way.
  for (let turn = 0; second.lost.length === 0 && turn < 1000; turn++)
    await new Promise((resolve) => setImmediate(resolve));
  expect([first.lost, second.lost]).toEqual([[], ["the serial server closed the connection"]]);
  await line.close();
});
