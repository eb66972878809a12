import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import type { Clock } from "../../node/clock.js";
import type { Board, BoardLink } from "./board.js";
import { randomLength, WsskSession } from "./wssk/session.js";

/** A board that claims to be one has this long to prove it, ms. */
const proofMs = 10_000;
/** The runtime sends something at least every 16 s. */
const silenceMs = 45_000;

export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly address: string;
  readonly boardRandom: Uint8Array;
  /** Those that the board may have. */
  readonly keys: readonly Uint8Array[];
  readonly clock: Clock;
  /** The board has proved `key`. @returns whose connection it is from now on */
  readonly proved: (key: Uint8Array) => Board;
  readonly wrongKey: () => void;
}

/** Carries one WSSK session over one WebSocket, and attaches it to its board. */
export function carryConnection(options: ConnectionOptions): void {
  const { socket, clock } = options;
  const session = new WsskSession(options.boardRandom, randomBytes(randomLength), options.keys);
  let board: Board | undefined;
  let why = "the board closed it";
  let cancelTimer = clock.after(proofMs, () => end("no proof of the key came"));

  const end = (text: string): void => {
    why = text;
    // Closed properly: the board's log shows it, and it connects again within half a minute.
    socket.close(1000, text.slice(0, 100));
    clock.after(1000, () => socket.terminate());
  };
  const watch = (): void => {
    cancelTimer();
    cancelTimer = clock.after(silenceMs, () => {
      why = "nothing came from the board any more";
      socket.terminate();
    });
  };
  const link: BoardLink = {
    address: options.address,
    send: (plain) => {
      if (socket.readyState === socket.OPEN) socket.send(session.seal(plain));
    },
    close: () => end("the gateway closed it"),
  };

  socket.on("message", (data, binary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!binary || !Buffer.isBuffer(data)) return end("a message that is not binary");
    const received = session.receive(data);
    switch (received.kind) {
      case "opened":
        board = options.proved(received.key);
        watch();
        socket.send(received.reply);
        return board.attach(link);
      case "message":
        watch();
        return board?.receive(received.plain);
      case "wrong-key":
        // Noise instead of a proof: the board's log shows "tag error", its name for a wrong key.
        socket.send(randomBytes(36));
        options.wrongKey();
        return end("the key is wrong");
      case "broken":
        return end(received.text);
    }
  });
  // What went wrong shows in the close that follows.
  socket.on("error", (error) => {
    why = error.message;
  });
  socket.on("close", () => {
    cancelTimer();
    board?.detach(link, why);
  });
  socket.send(session.hello());
}
