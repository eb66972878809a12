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
  const shifted = day + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36524) + Math.floor(dayOfEra / 146096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  // Its last two months belong to the year after.
  return era * 400 + yearOfEra + (dayOfYear >= 306 ? 1 : 0);
}

/** Monday 0. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
