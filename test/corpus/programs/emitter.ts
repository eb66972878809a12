// Callbacks: an emitter of one's own, with once and off
type Listener = (...args: unknown[]) => void;
class Emitter {
  private readonly listeners: Record<string, Listener[]> = {};
  on(event: string, listener: Listener) { (this.listeners[event] ??= []).push(listener); return () => this.off(event, listener); }
  once(event: string, listener: Listener) { const off = this.on(event, (...args) => { off(); listener(...args); }); }
  off(event: string, listener: Listener) { const list = this.listeners[event] ?? []; const i = list.indexOf(listener); if (i >= 0) list.splice(i, 1); }
  emit(event: string, ...args: unknown[]) { for (const listener of (this.listeners[event] ?? []).slice()) listener(...args); }
}
const bus = new Emitter();
bus.once("rain", (mm, unit = "mm") => print("once " + mm + unit));
const off = bus.on("rain", mm => print("on " + mm));
bus.emit("rain", 3); bus.emit("rain", 4, "cm"); off(); bus.emit("rain", 5); bus.emit("sun");
print("end");
