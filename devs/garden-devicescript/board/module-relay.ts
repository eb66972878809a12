import { millis, Relay, type Role, Switch } from "@devicescript/core";

/** A reading older than this is none, ms: the module may have been unplugged. */
const freshMs = 1000;
const writeAgainMs = 500;
/** Jacdac's command that reads a register; its number is added. */
const get = 0x1000;
const enabledRegister = 0x001;
const readingRegister = 0x101;

/** What a module last reported, and when. A register's own `read` uses a cache, which a safe state must not trust. */
class Reading {
  private value = false;
  private at = -1;

  take(value: boolean): void {
    this.value = value;
    this.at = millis();
  }

  /** True when the module reports `value` now. */
  is(value: boolean): boolean {
    return this.at >= 0 && millis() - this.at < freshMs && this.value === value;
  }
}

/** Sends a read without waiting for the answer; a command to a module that is not there would wait for ever. */
async function ask(role: Role, register: number): Promise<void> {
  if (role.isBound) await role.sendCommand(get + register);
}

/** A relay module: what is wanted, and what it reports. */
export class ModuleRelay {
  private readonly role: Relay;
  private readonly reading: Reading;
  private wanted = false;
  private written = false;
  private writtenAt = -1;

  constructor(name: string) {
    this.role = new Relay(name);
    const reading = new Reading();
    this.reading = reading;
    this.role.enabled.subscribe(async (value) => reading.take(value));
  }

  want(on: boolean): void {
    this.wanted = on;
  }

  /** Only off when off is wanted and the module has reported it. */
  isOff(): boolean {
    return !this.wanted && this.reading.is(false);
  }

  async read(): Promise<void> {
    await ask(this.role, enabledRegister);
  }

  async write(): Promise<void> {
    if (!this.role.isBound) {
      this.writtenAt = -1;
      return;
    }
    const late = millis() - this.writtenAt >= writeAgainMs && !this.reading.is(this.wanted);
    if (this.writtenAt >= 0 && this.written === this.wanted && !late) return;
    this.written = this.wanted;
    this.writtenAt = millis();
    await this.role.enabled.write(this.wanted);
  }
}

/** A switch module. Without one, or without word from it, it is not on. */
export class ModuleSwitch {
  private readonly role: Switch;
  private readonly reading: Reading;

  constructor(name: string) {
    this.role = new Switch(name);
    const reading = new Reading();
    this.reading = reading;
    this.role.reading.subscribe(async (value) => reading.take(value));
  }

  isOn(): boolean {
    return this.reading.is(true);
  }

  async read(): Promise<void> {
    await ask(this.role, readingRegister);
  }
}
