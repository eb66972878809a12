import { createHash } from "node:crypto";

/** READ_FLASH of the stub: blocks, as many as may be unacknowledged, then the MD5 of all. */
export class FlashReader {
  #sent = 0;
  /** True once the hash has been sent. */
  done = false;

  /**
   * @param block bytes of a packet
   * @param flying packets that may be on their way
   */
  constructor(
    private readonly content: Uint8Array,
    private readonly block: number,
    private readonly flying: number,
    private readonly send: (packet: Uint8Array) => void,
  ) {
    this.acknowledged(0);
  }

  /** @param count bytes that the tool has got */
  acknowledged(count: number): void {
    while (this.#sent < this.content.length && this.#sent - count < this.block * Math.max(1, this.flying)) {
      this.send(this.content.subarray(this.#sent, this.#sent + this.block));
      this.#sent = Math.min(this.#sent + this.block, this.content.length);
    }
    if (count < this.content.length || this.done) return;
    this.done = true;
    this.send(createHash("md5").update(this.content).digest());
  }
}
