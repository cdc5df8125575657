/* A day picked on the screen as instants: absences are half open, and a person says the last day inclusive. */
export const dayStart = (day: string): string => new Date(day + 'T00:00:00').toISOString();
export function dayEnd(day: string): string {
  const d = new Date(day + 'T00:00:00');
  d.setDate(d.getDate() + 1);
  return d.toISOString();
}
export const lastDay = (until: string): number => Date.parse(until) - 1;
