import { type Action, defaultTimes } from "../../../core/espota/actions.js";
import { EspotaTransfer } from "../../../core/espota/transfer.js";
import type { Chunk } from "../../../core/ports.js";
import type { Part, PartTypes } from "../resident/resident.js";

/** Gives the espota transfer its connection, and carries out its actions. */
export const transfer: PartTypes[Part.Transfer] = (it, reply) => {
  const restarts = (): boolean => it.opts === undefined || it.opts.rebootOnSuccess !== false;
  const transfer = new EspotaTransfer(it.open(), defaultTimes, restarts, it.notify);
  let tcp: EspruinoTcpSocket | undefined;

  function perform(actions: Action[]): void {
    for (let i = 0; i < actions.length; i++) {
      const action = actions[i];
      if (action.do === "send") {
        if (tcp !== undefined) tcp.write(action.text);
      } else if (action.do === "reply") reply(action);
      else if (action.do === "connect") connect(action.to.address, action.to.port);
      else if (action.do === "close") {
        const socket = tcp;
        tcp = undefined;
        if (socket !== undefined) socket.end();
      } else it.quit("update");
    }
  }

  /**
   * The engine calls 'data' at once but queues 'connected', so the first bytes can come before it; and handlers may be
   * called late, for a connection that is no longer the current one.
   */
  function connect(host: string, port: number): void {
    let isOpen = false;
    let socket: EspruinoTcpSocket;
    function opened(): void {
      if (tcp !== socket || isOpen) return;
      isOpen = true;
      perform(transfer.onConnected(it.now()));
    }
    function gone(): void {
      if (tcp !== socket) return;
      tcp = undefined;
      perform(transfer.onConnectFailed(it.now()));
      perform(transfer.onClosed(it.now()));
    }
    try {
      socket = require("net").connect({ host: host, port: port }, opened);
    } catch {
      // Where connecting blocks, a refused connection is thrown.
      perform(transfer.onConnectFailed(it.now()));
      return;
    }
    tcp = socket;
    socket.on("data", (data) => {
      if (!isOpen) opened();
      if (tcp !== socket) return;
      const number = transfer.onData(data as unknown as Chunk);
      if (number > 0) socket.write(`${number}`);
    });
    socket.on("error", gone);
    socket.on("close", gone);
  }

  return {
    transfer: transfer,
    accept: (invitation, from) => perform(transfer.accept(it.now(), invitation, from)),
    resume: (waiting) => perform(transfer.resume(it.now(), waiting.invitation, waiting)),
    tick: () => {
      perform(transfer.tick(it.now()));
      return transfer.isTransferring();
    },
  };
};
