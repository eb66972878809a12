import { describe, expect, test } from "vitest";
import { EsptoolTransport } from "../../../src/host/flash/esptool-transport.js";
import type { LineEvents, SerialLine } from "../../../src/host/flash/serial-line.js";
import { slipEncode } from "../../support/model-line.js";

/** A line whose events the test sends. */
async function transportWithLine(): Promise<{ transport: EsptoolTransport; events: LineEvents }> {
  const opened: LineEvents[] = [];
  const line: SerialLine = {
    usb: { vendor: undefined, product: undefined },
    hasSignals: true,
    open: async (_baud, events) => void opened.push(events),
    write: async () => undefined,
    setSignals: async () => undefined,
    setBaudRate: async () => undefined,
    close: async () => undefined,
  };
  const transport = new EsptoolTransport(line);
  await transport.connect();
  return { transport, events: opened[0] };
}

describe("a wait for an answer", () => {
  test("ends with the answer that came while this computer was busy with something else", async () => {
    const { transport, events } = await transportWithLine();
    const answer = transport.read(100);
    setImmediate(() => {
      for (const start = performance.now(); performance.now() - start < 150; );
      setImmediate(() => setImmediate(() => events.onBytes(slipEncode(Uint8Array.of(1, 2, 3)))));
    });
    expect(await answer).toEqual(Uint8Array.of(1, 2, 3));
  });

  test("ends without one, however much else comes", async () => {
    const { transport, events } = await transportWithLine();
    const noise = setInterval(() => events.onBytes(Uint8Array.of(0x55)), 1);
    await expect(transport.read(60)).rejects.toThrow("no answer within 60 ms");
    clearInterval(noise);
  });

  test("ends at once when the line is lost", async () => {
    const { transport, events } = await transportWithLine();
    const answer = transport.read(60_000);
    events.onLost(new Error("the port is gone"));
    await expect(answer).rejects.toThrow("the port is gone");
  });
});
