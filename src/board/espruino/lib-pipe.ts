import type { Host } from "./device.js";
import type { Machine } from "./machine.js";

const chunkSize = 64;

type Stream = Record<string, unknown>;

/**
 * E.pipe and the pipe of every stream (src/jswrap_pipe.c): moves a chunk in each turn of the idle loop, waits for
 * 'drain' when write answers false, and ends the destination when the source has no more or closes.
 */
export function installPipe({ machine, realm, device }: Host): void {
  const call = (stream: Stream, name: string, ...args: unknown[]): unknown => {
    const method = stream[name];
    return typeof method === "function" ? method.apply(stream, args) : undefined;
  };
  const pipe = (from: unknown, to: unknown, options: unknown): void => {
    const settings = (typeof options === "object" && options !== null ? options : {}) as Stream;
    const source = typeof from === "string" ? textStream(machine, from) : (from as Stream);
    const destination = to as Stream;
    if (typeof source["read"] !== "function")
      throw realm.error("Error", "Source Stream does not implement the required read(length) method");
    if (typeof destination["write"] !== "function")
      throw realm.error("Error", "Destination Stream does not implement the required write(buffer) method");
    let over = false;
    const end = (): void => {
      if (over) return;
      over = true;
      call(source, "removeListener", "close", end);
      if (settings["end"] !== false) {
        call(destination, "end");
        call(destination, "close");
      }
      call(source, "close");
      call(settings, "complete");
    };
    const later = () => machine.cleanup(device.clock.after(0, () => machine.enter(step)));
    const drained = machine.api(() => {
      call(destination, "removeListener", "drain", drained);
      later();
    });
    const step = (): void => {
      if (over) return;
      const data = call(source, "read", Number(settings["chunkSize"]) || chunkSize);
      if (data === undefined) end();
      else if (data !== "" && call(destination, "write", data) === false)
        call(destination, "on", "drain", drained);
      else later();
    };
    call(source, "on", "close", machine.api(end));
    later();
  };
  (realm.global as { E: Stream }).E["pipe"] = machine.api(pipe);
  machine.pipe = machine.api(function (this: unknown, to: unknown, options: unknown) {
    pipe(this, to, options);
  });
}

function textStream(machine: Machine, text: string): Stream {
  let at = 0;
  return machine.object({
    read: (length: unknown) => {
      const piece = text.slice(at, at + Number(length));
      at += piece.length;
      return piece || undefined;
    },
  });
}
