import type { ModelLine } from "./model-line.js";

/** A line as the browser's WebSerial would show it, for esptool-js without anything of ours in between. */
export function webSerialOf(line: ModelLine): object {
  let readable: ReadableStream<Uint8Array> | null = null;
  let writable: WritableStream<Uint8Array> | null = null;
  let end: () => void = () => undefined;
  return {
    get readable() {
      return readable;
    },
    get writable() {
      return writable;
    },
    getInfo: () => ({}),
    setSignals: (lines: { dataTerminalReady?: boolean; requestToSend?: boolean }) =>
      line.setSignals({ dtr: lines.dataTerminalReady, rts: lines.requestToSend }),
    open: async ({ baudRate }: { baudRate: number }) => {
      readable = new ReadableStream({
        start: (controller) => {
          end = () => controller.close();
          return line.open(baudRate, {
            onBytes: (bytes) => controller.enqueue(bytes),
            onLost: (reason) => controller.error(reason),
          });
        },
        cancel: () => {
          end = () => undefined;
        },
      });
      writable = new WritableStream({ write: (bytes) => line.write(bytes) });
    },
    close: async () => {
      end();
      readable = null;
      writable = null;
      await line.close();
    },
  };
}
