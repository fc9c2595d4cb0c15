/** A date as GitHub writes it: ISO 8601 in UTC, without fractions of a second. */
export function apiDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** The same for a date that may be missing. */
export function apiDateOrNull(date: Date | undefined): string | null {
  return date === undefined ? null : apiDate(date);
}
