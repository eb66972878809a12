import type { Chunk } from "../ports.js";
import { type Announced, isIdentified } from "./announced.js";

/** Connections in a row that bring less than `progressBytes`. */
const mostTries = 5;
const progressBytes = 4096;
const firstPauseMs = 1000;
const longestPauseMs = 8000;
/** For all of the download: slower than this keeps the equipment from its work for nothing. */
const downloadMs = 60000;
const downloadMsPerByte = 2;

/** How far the image has come, over all the connections that it takes. */
export class Download {
  /** Bytes of the image that are written. */
  private received: number;
  /** Bytes of the answer that are there already. */
  private skip: number;
  private tries: number;
  /** Where the connection began. */
  private from: number;
  private deadline: number;

  constructor(readonly image: Announced) {
    this.received = 0;
    this.skip = 0;
    this.tries = 0;
    this.from = 0;
    this.deadline = 0;
  }

  begin(now: number): void {
    this.deadline = now + downloadMs + downloadMsPerByte * this.image.size;
  }

  isLate(now: number): boolean {
    return now >= this.deadline;
  }

  done(): number {
    return this.received;
  }

  isComplete(): boolean {
    return this.received === this.image.size;
  }

  /** What to ask for next: "" for all of it. */
  range(): string {
    return this.received > 0 ? `bytes=${this.received}-` : "";
  }

  tag(): string {
    return this.received > 0 ? this.image.etag : "";
  }

  connects(): void {
    this.from = this.received;
  }

  /** The answer's bytes begin at `first` of the image. @returns whether that is of use */
  answers(first: number): boolean {
    this.skip = this.received - first;
    return this.skip >= 0;
  }

  /** What of a piece of the answer is new. */
  fresh(chunk: Chunk): Chunk {
    const known = this.skip < chunk.length ? this.skip : chunk.length;
    this.skip -= known;
    return known === 0 ? chunk : chunk.slice(known);
  }

  fits(piece: Chunk): boolean {
    return this.received + piece.length <= this.image.size;
  }

  written(bytes: number): void {
    this.received += bytes;
  }

  /** The connection broke. @returns ms to wait before the next one, or -1: no more */
  pause(): number {
    this.tries = this.received - this.from >= progressBytes ? 1 : this.tries + 1;
    if (this.tries > mostTries || (this.received > 0 && !isIdentified(this.image))) return -1;
    let wait = firstPauseMs;
    for (let i = 1; i < this.tries && wait < longestPauseMs; i++) wait *= 2;
    return wait;
  }
}
