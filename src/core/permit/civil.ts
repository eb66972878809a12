/**
 * Days of the Gregorian calendar, counted from 1970-01-01, which was a Thursday. In the style of Howard Hinnant's
 * chrono-compatible date algorithms: years that begin in March, eras of 400 years.
 */
export function dayOf(year: number, month: number, dayOfMonth: number): number {
  const shifted = month > 2 ? year : year - 1;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const monthFromMarch = (month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

/** The year that a day lies in. */
export function yearOf(day: number): number {
  let year = 1970 + Math.floor(day / 365.2425);
  while (dayOf(year, 1, 1) > day) year--;
  while (dayOf(year + 1, 1, 1) <= day) year++;
  return year;
}

/** Monday 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
