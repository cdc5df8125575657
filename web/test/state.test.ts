import { expect, it } from 'vitest';
import { openStages } from '../src/api/types';
import { format, isFiltered, parse, risen, toApi, toggled } from '../src/pages/leads/state';

it('address -> state -> address is the same', () => {
  for (const s of [
    '',
    'view=vw_1&temp=hot,warm&stage=new,contact&source=site&owner=me&q=%D0%9E%D1%80%D0%B8%D0%BE%D0%BD&sort=name&step=none',
    'temp=hot',
    'q=a%26b',
    'cell=A1,none&icp=75&sort=cell',
  ])
    expect(format(parse(s))).toBe(s);
});

it('unknown values of an address are left out', () => {
  const s = parse('temp=boiling,hot&stage=nowhere&sort=drop&step=7&cell=D1&icp=200');
  expect(s).toEqual({ temp: ['hot'], stage: [], source: [], cell: [], q: '', sort: '-score' });
});

it('a saved view keeps the query without the view itself', () => {
  expect(format(parse('view=vw_1&temp=hot'), false)).toBe('temp=hot');
});

it('the server is asked for one’s own leads by a salesperson and for all by others', () => {
  expect(toApi(parse('temp=hot'), 'manager')).toBe('band=hot&owner=me&sort=-score');
  expect(toApi(parse('temp=hot'), 'head')).toBe('band=hot&sort=-score');
  expect(toApi(parse('temp=hot&stage=' + openStages), 'head')).toBe(
    'band=hot&stage=new%2Ccontact%2Cqualified%2Coffer%2Ctalks&sort=-score',
  );
  expect(toApi(parse('owner=none'), 'head')).toBe('owner=none&sort=-score');
  expect(toApi(parse('owner=all'), 'manager')).toBe('sort=-score');
});

it('filters are told from the order', () => {
  expect(isFiltered(parse('sort=name'))).toBe(false);
  expect(isFiltered(parse('step=none'))).toBe(true);
});

it('a value is put in and taken out', () => {
  expect(toggled(['a'], 'b')).toEqual(['a', 'b']);
  expect(toggled(['a', 'b'], 'a')).toEqual(['b']);
});

it('rows that have risen above their place are counted, and only in the order by score', () => {
  const rows = [{ score: 80 }, { score: 90 }, { score: 70 }, { score: 75 }, { score: 60 }];
  expect(risen(rows, '-score')).toBe(2);
  expect(risen(rows, 'name')).toBe(0);
  expect(risen([{ score: 3 }, { score: 3 }], '-score')).toBe(0);
});
