/** A program on its way into RAM, as MEM_BEGIN announced it. The model keeps no RAM: it checks that all of it came. */
export class RamLoader {
  #received = 0;
  #next = 0;
  /** Bytes of all programs that came whole since the reset. */
  complete = 0;
  #size = 0;

  begin(size: number): void {
    this.#size = size;
    this.#received = 0;
    this.#next = 0;
  }

  /** @returns false when the packet is not the next one, or is too much */
  take(sequence: number, data: Uint8Array): boolean {
    if (sequence !== this.#next || this.#received + data.length > this.#size) return false;
    this.#next++;
    this.#received += data.length;
    if (this.#received === this.#size) this.complete += this.#size;
    return true;
  }

  /** Whether nothing of the last program is missing. */
  get whole(): boolean {
    return this.#size > 0 && this.#received === this.#size;
  }
}
