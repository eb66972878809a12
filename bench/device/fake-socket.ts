type Listener = (detail: unknown) => void;

/** A socket of the engine without a peer: what is written to it is kept, what it receives comes from the bench. */
export class FakeSocket {
  private readonly listeners: { [event: string]: Listener };
  /** Text that was written, in pieces. */
  said: string[];

  constructor() {
    this.listeners = {};
    this.said = [];
  }

  on(event: string, listener: Listener): void {
    this.listeners[event] = listener;
  }

  emit(event: string, detail: unknown): void {
    this.listeners[event](detail);
  }

  write(text: string): boolean {
    this.said.push(text);
    return true;
  }
}
