import { type Fault, FaultNumber, fault, faultLine } from "./errors.js";
import type { Bytes, Chunk, Crypto, Digest } from "./ports.js";
import { isHex } from "./same-text.js";
import type { Target } from "./target.js";

/**
 * The original's Stream Interface (esp8266/Arduino Updater.h): begin, write, end, with its names and error numbers.
 * Two things differ: `end` verifies, and only `commit` makes the next start run the new image; and an error does not
 * make a half-received image look finished.
 */
export class Updater {
  private size_: number;
  private progress_: number;
  private command: number;
  private running: boolean;
  private verified: boolean;
  private failure: Fault | undefined;
  private expectedMd5: string;
  private expectedSha256: string;
  private calculatedMd5: string;
  private digest: Digest | undefined;
  private head: Chunk | undefined;
  private target: Target | undefined;

  constructor(
    private readonly bytes: Bytes,
    private readonly crypto: Crypto,
    private readonly targets: Target[],
  ) {
    this.size_ = 0;
    this.progress_ = 0;
    this.command = 0;
    this.running = false;
    this.verified = false;
    this.expectedMd5 = "";
    this.expectedSha256 = "";
    this.calculatedMd5 = "";
    this.failure = undefined;
    this.digest = undefined;
    this.head = undefined;
    this.target = undefined;
  }

  /** Largest image that this command may bring, bytes (ESP.getFreeSketchSpace). */
  freeSpace(command: number): number {
    let most = 0;
    for (const target of this.targets) {
      const capacity = target.capacity(command);
      if (capacity > most) most = capacity;
    }
    return most;
  }

  /** What `begin` would say, without beginning. */
  judge(size: number, command: number): Fault | undefined {
    if (this.running) return fault(FaultNumber.RunningAlready, "");
    if (size === 0) return fault(FaultNumber.Size, "");
    const space = this.freeSpace(command);
    if (space === 0) return fault(FaultNumber.UnknownCommand, "");
    if (size > space) return fault(FaultNumber.Space, "");
    return undefined;
  }

  begin(size: number, command: number): boolean {
    const refused = this.judge(size, command);
    if (refused !== undefined) return this.fail(refused);
    this.size_ = size;
    this.command = command;
    this.progress_ = 0;
    this.failure = undefined;
    this.running = true;
    this.verified = false;
    this.expectedMd5 = "";
    this.expectedSha256 = "";
    this.calculatedMd5 = "";
    this.digest = this.crypto.md5();
    this.head = undefined;
    this.target = undefined;
    return true;
  }

  /** @param md5 32 hex digits, either case; @returns false when it is not */
  setMD5(md5: string): boolean {
    if (!isHex(md5, 32)) return false;
    this.expectedMd5 = md5.toLowerCase();
    return true;
  }

  /** @param sha256 64 hex digits, either case; @returns false when it is not */
  setSHA256(sha256: string): boolean {
    if (!isHex(sha256, 64)) return false;
    this.expectedSha256 = sha256.toLowerCase();
    return true;
  }

  /** @returns bytes taken: all of the chunk, or 0 when the update has failed (see `error`) */
  write(chunk: Chunk): number {
    if (!this.running || this.digest === undefined) return 0;
    if (this.progress_ + chunk.length > this.size_) {
      this.fail(fault(FaultNumber.Space, ""));
      return 0;
    }
    this.digest.update(chunk);
    this.progress_ += chunk.length;
    const failed = this.target === undefined ? this.gather(chunk) : this.target.write(chunk);
    if (failed !== undefined) {
      this.fail(failed);
      return 0;
    }
    return chunk.length;
  }

  /**
   * All bytes are in: checks length, MD5, and what is in flash now. The image still does not run.
   * @param evenIfRemaining takes what has come as the whole image
   */
  end(evenIfRemaining: boolean): boolean {
    if (!this.running || this.digest === undefined) return false;
    if (this.progress_ === 0) return this.fail(fault(FaultNumber.NoData, ""));
    if (this.progress_ < this.size_) {
      if (!evenIfRemaining)
        return this.fail(fault(FaultNumber.Aborted, `got ${this.progress_} of ${this.size_} bytes`));
      this.size_ = this.progress_;
      if (this.target === undefined) {
        const refused = this.choose();
        if (refused !== undefined) return this.fail(refused);
      }
    }
    this.calculatedMd5 = this.digest.hex();
    this.digest = undefined;
    if (this.expectedMd5.length > 0 && this.calculatedMd5 !== this.expectedMd5)
      return this.fail(
        fault(FaultNumber.Md5, `expected: ${this.expectedMd5}, calculated: ${this.calculatedMd5}`),
      );
    if (this.target === undefined) return this.fail(fault(FaultNumber.MagicByte, ""));
    const failed = this.target.verify(this.calculatedMd5, this.expectedSha256);
    if (failed !== undefined) return this.fail(failed);
    this.verified = true;
    return true;
  }

  /** Makes the verified image the one that starts next. */
  commit(): boolean {
    if (!this.verified || this.target === undefined) return false;
    const failed = this.target.commit();
    if (failed !== undefined) return this.fail(failed);
    this.running = false;
    this.verified = false;
    return true;
  }

  abort(why: Fault): void {
    if (this.running) this.fail(why);
  }

  isRunning(): boolean {
    return this.running;
  }

  isFinished(): boolean {
    return this.running && this.progress_ === this.size_;
  }

  hasError(): boolean {
    return this.failure !== undefined;
  }

  /** The failure of the last update, if it failed. */
  error(): Fault | undefined {
    return this.failure;
  }

  clearError(): void {
    this.failure = undefined;
  }

  getErrorString(): string {
    return this.failure === undefined ? "No Error" : this.failure.text;
  }

  /** The original's `printError`: "ERROR[7]: MD5 …\n". */
  printError(): string {
    return this.failure === undefined ? "ERROR[0]: No Error\n" : faultLine(this.failure);
  }

  size(): number {
    return this.size_;
  }

  progress(): number {
    return this.progress_;
  }

  remaining(): number {
    return this.size_ - this.progress_;
  }

  /** Of the bytes received, once `end` has been called. */
  md5String(): string {
    return this.calculatedMd5;
  }

  /** What the image is, once its header has been judged. */
  describe(): string {
    return this.target === undefined ? "" : this.target.describe();
  }

  /** Keeps the first bytes together until a target can judge them. */
  private gather(chunk: Chunk): Fault | undefined {
    this.head = this.head === undefined ? chunk : this.bytes.join(this.head, chunk);
    let wanted = 0;
    for (const target of this.targets)
      if (target.capacity(this.command) > 0 && target.headLength > wanted) wanted = target.headLength;
    if (this.head.length < wanted && this.progress_ < this.size_) return undefined;
    return this.choose();
  }

  private choose(): Fault | undefined {
    const head = this.head;
    if (head === undefined) return fault(FaultNumber.NoData, "");
    for (const target of this.targets) {
      if (target.capacity(this.command) === 0 || !target.recognises(head, this.command)) continue;
      if (this.size_ > target.capacity(this.command)) return fault(FaultNumber.Space, "");
      const refused = target.judge(head, this.size_);
      if (refused !== undefined) return refused;
      this.target = target;
      this.head = undefined;
      return target.write(head);
    }
    return fault(FaultNumber.MagicByte, "");
  }

  private fail(why: Fault): boolean {
    this.failure = why;
    // A second `begin` is refused; the update that runs goes on.
    if (why.number === FaultNumber.RunningAlready) return false;
    this.running = false;
    this.verified = false;
    this.digest = undefined;
    this.head = undefined;
    return false;
  }
}
