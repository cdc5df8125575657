import { expect, it } from 'vitest';
import { chord, keyName } from '../src/app/keys';
import { dueState } from '../src/part/due';
import { stepAt, usualStep } from '../src/part/steps';
import { fromWall, wallOf } from '../src/i18n/format';

const press = (code: string, key: string, mod: Partial<KeyboardEvent> = {}) =>
  chord({
    code,
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...mod,
  } as KeyboardEvent);

it('a key is its place on the board: the same in a Latin and in a Russian layout', () => {
  expect(press('KeyJ', 'j')).toBe('KeyJ');
  expect(press('KeyJ', 'о')).toBe('KeyJ');
  expect(press('Slash', '.')).toBe('Slash');
  expect(press('KeyX', 'Ч', { shiftKey: true })).toBe('Shift+KeyX');
  expect(press('KeyK', 'л', { metaKey: true })).toBe('Ctrl+KeyK');
  expect(press('Numpad1', '1')).toBe('Digit1');
});

it('keys are shown as people call them', () => {
  expect(['KeyG KeyT', 'Shift+Slash', 'Ctrl+KeyK', 'Digit1', 'Escape'].map(keyName)).toEqual([
    'G T',
    '?',
    'Ctrl K',
    '1',
    'Esc',
  ]);
});

it('a clock is calm, then soon, then late', () => {
  expect([200_000, 150_000, 0, -1].map(dueState)).toEqual(['run', 'soon', 'soon', 'late']);
});

it('the next step leaves nights and weekends alone, by the person’s own clock', () => {
  const zone = 'Asia/Vladivostok';
  const f = { wall: (at: number) => wallOf(at, zone), fromWall: (w: string) => fromWall(w, zone) };
  const friday = Date.parse('2026-11-20T06:00:00Z'); // Friday 16:00 there
  expect(wallOf(Date.parse(stepAt('tomorrow', friday, f)), zone)).toBe('2026-11-23T10:00');
  expect(wallOf(Date.parse(stepAt('week', friday, f)), zone)).toBe('2026-11-27T10:00');
  expect(stepAt('hours', friday, f)).toBe('2026-11-20T08:00:00.000Z');
  // in UTC it is still Friday, there it is Saturday already
  const late = Date.parse('2026-11-20T18:00:00Z');
  expect(wallOf(Date.parse(stepAt('tomorrow', late, f)), zone)).toBe('2026-11-23T10:00');
});

it('every result of a call has a usual step', () => {
  expect(Object.keys(usualStep).sort()).toEqual(['call_back', 'no_answer', 'reached', 'wrong_number']);
});
