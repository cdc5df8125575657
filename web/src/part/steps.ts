/* The quick next steps: in two hours, tomorrow at ten, in a week at ten; nights and weekends are left alone. */
export type StepId = 'hours' | 'tomorrow' | 'week';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Walls = { wall: (at: number) => string; fromWall: (wall: string) => number };

/* The hour is that of the person's own zone, not of the machine. */
export function stepAt(step: StepId, now: number, f: Walls): string {
  if (step === 'hours') return new Date(now + 2 * HOUR).toISOString();
  let day = Date.parse(f.wall(now).slice(0, 10) + 'T00:00:00Z') + (step === 'tomorrow' ? 1 : 7) * DAY;
  for (let w = new Date(day).getUTCDay(); w === 0 || w === 6; w = new Date(day).getUTCDay()) day += DAY;
  return new Date(f.fromWall(new Date(day).toISOString().slice(0, 10) + 'T10:00')).toISOString();
}

/* What follows a result when nothing else is chosen: each call leaves a step behind it. */
export const usualStep = {
  reached: 'tomorrow',
  no_answer: 'hours',
  call_back: 'hours',
  wrong_number: 'tomorrow',
} as const;
