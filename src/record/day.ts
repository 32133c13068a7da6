/** Whether a text is a day of the calendar, `YYYY-MM-DD`: a Date would make the second of March of a thirtieth of February. */
export function isDay(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(text) : null;
  return date !== null && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
