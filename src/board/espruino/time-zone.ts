const minute = 60_000;

/** The time zone of Date objects: E.setTimeZone and E.setDST (src/jswrap_date.c). Minutes east of Greenwich. */
export class TimeZone {
  #minutes = 0;
  /** The twelve numbers of E.setDST. */
  #summer: readonly number[] | undefined;

  set(hours: number): void {
    this.#minutes = Math.trunc(hours * 60) || 0;
    this.#summer = undefined;
  }

  setSummer(rules: readonly number[]): void {
    this.#minutes = 0;
    this.#summer = rules;
  }

  /** @param local `ms` counts in local time, not in Greenwich's */
  at(ms: number, local: boolean): { readonly minutes: number; readonly summer: boolean } {
    const rules = this.#summer;
    if (rules === undefined || rules[0] === 0) return { minutes: rules?.[1] ?? this.#minutes, summer: false };
    const [more, base, ...changes] = rules;
    const year = new Date(ms).getUTCFullYear();
    const start = change(year, changes.slice(0, 5)) - (local ? 0 : base * minute);
    const end = change(year, changes.slice(5)) - (local ? 0 : (base + more) * minute);
    const summer = start < end ? ms >= start && ms < end : ms < end || ms >= start;
    return { minutes: summer ? base + more : base, summer };
  }
}

/** Local time of a change: the n-th (4: the last) day of the week in a month, days after it, minutes of that day. */
function change(year: number, [nth, day, month, days, minutes]: readonly number[]): number {
  const last = nth === 4;
  const first = new Date(Date.UTC(year, last ? month + 1 : month, 1));
  const toDay = (7 - first.getUTCDay() + day) % 7;
  return first.getTime() + ((last ? toDay - 7 : 7 * nth + toDay) + days) * 1440 * minute + minutes * minute;
}
