import { ownerOf } from "../node/socket-limit.js";
import type { Fleet } from "./db/fleet.js";

export const defaultUnknown = {
  /** How many boards the table keeps that no operator has touched. */
  most: 10_000,
  /** How many of them one address may add at once, and again in each hour. */
  perHour: 500,
  /** They are forgotten when they were not seen for so long. */
  days: 7,
};

const hourMs = 3_600_000;
/** Addresses whose rate is remembered; the ones that came first are forgotten first. */
const mostAddresses = 10_000;

/** Who may enter the table of boards by itself: a MAC address is quickly invented, and rows are memory, disk and a long page. */
export class NewBoards {
  private readonly left = new Map<string, { count: number; at: number }>();
  private sweptAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly fleet: Fleet,
    private readonly now: () => number,
    private readonly limits: typeof defaultUnknown,
  ) {}

  /** Whether a board that is not in the table may enter it. */
  async admit(address: string): Promise<boolean> {
    if (!this.takesOne(ownerOf(address))) return false;
    await this.sweep();
    return (await this.fleet.countUnknown()) < this.limits.most;
  }

  /** Forgets unknown boards that were not seen for long; once an hour. */
  async sweep(): Promise<void> {
    const now = this.now();
    if (now - this.sweptAt < hourMs) return;
    this.sweptAt = now;
    await this.fleet.forgetUnknown(now - this.limits.days * 24 * hourMs);
  }

  private takesOne(owner: string): boolean {
    const { perHour } = this.limits;
    const now = this.now();
    const last = this.left.get(owner) ?? { count: perHour, at: now };
    const count = Math.min(perHour, last.count + (perHour * (now - last.at)) / hourMs);
    this.left.delete(owner);
    this.left.set(owner, { count: count >= 1 ? count - 1 : count, at: now });
    const [oldest] = this.left.keys();
    if (this.left.size > mostAddresses && oldest !== undefined) this.left.delete(oldest);
    return count >= 1;
  }
}
