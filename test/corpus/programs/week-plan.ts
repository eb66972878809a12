// Callbacks: what a week's plan starts next
type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";
interface Entry { days: Day[] | "daily"; at: string; zone: string; minutes?: number; unless?: (minute: number) => boolean }
const DAY = 24 * 60, WEEK = 7 * DAY;
const names: Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const minuteOf = (at: string) => { const [h, m] = at.split(":").map(n => parseInt(n, 10)); return h * 60 + m; };
const clock = (minute: number) => `${names[Math.floor(minute / DAY) % 7]} ${[(minute % DAY) / 60 | 0, minute % 60].map(n => `${n}`.padStart(2, "0")).join(":")}`;
class Plan {
  private readonly starts: { minute: number; entry: Entry }[] = [];
  constructor(entries: Entry[]) {
    for (const entry of entries)
      for (const day of entry.days === "daily" ? names : entry.days)
        this.starts.push({ minute: names.indexOf(day) * DAY + minuteOf(entry.at), entry });
    this.starts.sort((a, b) => a.minute - b.minute);
  }
  after(now: number, count: number) {
    const found: string[] = [];
    for (let round = 0; found.length < count && round < 2; round++)
      for (const { minute, entry: { zone, minutes = 10, unless } } of this.starts) {
        const at = minute + round * WEEK;
        if (at <= now || unless?.(minute)) continue;
        found.push(`${clock(at)} ${zone} ${minutes}`);
        if (found.length === count) break;
      }
    return found;
  }
}
const plan = new Plan([
  { days: "daily", at: "06:30", zone: "beds", minutes: 5, unless: minute => minute < DAY },
  { days: ["sat", "wed"], at: "21:05", zone: "lawn" },
  { days: ["sun"], at: "06:30", zone: "trees", minutes: 40 },
]);
print(plan.after(2 * DAY, 3).join("; "));
print(plan.after(6 * DAY + 391, 2).join("; "));
print(plan.after(5 * DAY, 4).length, new Plan([]).after(0, 1).length);
