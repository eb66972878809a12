type Listener = (...args: unknown[]) => void;

/** A socket of the engine with nobody at the other end: what is written to it is kept, what it hears the bench says. */
export class FakeSocket {
  private readonly listeners: { [event: string]: Listener };
  /** Text that was written or sent, in pieces. */
  said: string[];

  constructor() {
    this.listeners = {};
    this.said = [];
  }

  on(event: string, listener: Listener): void {
    this.listeners[event] = listener;
  }

  emit(event: string, first: unknown, second: unknown): void {
    this.listeners[event](first, second);
  }

  bind(_port: number, ready: Listener): void {
    ready(this);
  }

  send(text: string): void {
    this.said.push(text);
  }

  write(text: string): boolean {
    this.said.push(text);
    return true;
  }

  end(): void {}
}

declare const globalThis: { benchUdp: FakeSocket; benchTcp: FakeSocket };

/** Puts the two sockets where `require` finds them before the engine's own modules. */
export function fakeNet(udp: FakeSocket, tcp: FakeSocket): void {
  globalThis.benchUdp = udp;
  globalThis.benchTcp = tcp;
  Modules.addCached("dgram", "exports.createSocket=function(){return globalThis.benchUdp};");
  Modules.addCached("net", "exports.connect=function(o,c){setTimeout(c,1);return globalThis.benchTcp};");
}
