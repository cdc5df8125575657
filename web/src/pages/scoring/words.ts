/* The difference between two models in words: «Открыл страницу цен: баллы +5, было +4». */
import type { Gate, Group, ModelBody } from '../../api/models';
import { useFmt, useLang, useT } from '../../i18n';
import { useCondTexts } from '../../part/cond';
import { isPerEvent } from '../../part/cond/cond';
import { plain } from '../../part/cond/sentence';
import { axisOf } from './axis';
import { companyWords } from './company';
import { ageBit, limitWords } from './limits';
import { diff, same } from './model';
import { useScoringTexts } from './texts';
import { useTitleOf } from './titles';

export type Told = { kind: 'added' | 'removed' | 'changed'; text: string; criterion?: string };

export function useDiffWords(): (from: ModelBody, to: ModelBody) => Told[] {
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const lang = useLang();
  const w = useCondTexts();
  const titles = useTitleOf();
  const num = (n: number | null | undefined) => (n === null || n === undefined ? t.none : f.num(n));
  const pts = (n: number) => (n > 0 ? '+' : '') + f.num(n);
  const limits = (g: Group) => s.words.limits(num(g.floor), num(g.ceiling));
  const gate = (g: Gate, b: ModelBody) => {
    const of = b.groups.find((x) => x.name === g.group);
    return s.words.gate(
      t.band[g.band],
      g.when
        ? plain(g.when, w, lang)
        : s.words.gateGroup(of ? titles.group(of) : (g.group ?? ''), num(g.min)),
    );
  };
  const axesTold = (from: ModelBody, to: ModelBody): Told[] => {
    const out = to.groups.flatMap((g): Told[] => {
      if (!from.groups.some((x) => x.name === g.name)) return [];
      const [a, b] = [axisOf(from, g.name), axisOf(to, g.name)];
      return a === b
        ? []
        : [{ kind: 'changed', text: s.words.axisOf(titles.group(g), s.axis[a], s.axis[b]) }];
    });
    const borders = (b: ModelBody) => [b.axes?.fit ?? null, b.axes?.engagement ?? null];
    if (!same(borders(from), borders(to))) out.push({ kind: 'changed', text: s.words.axes });
    return out.length ? out : [{ kind: 'changed', text: s.words.axesSaid }];
  };
  return (from, to) =>
    diff(from, to).flatMap((c): Told[] => {
      if (c.kind === 'added') {
        const n = to.criteria.find((x) => x.id === c.id)!;
        return [{ kind: 'added', criterion: c.id, text: s.words.added(titles.rule(n), pts(n.points)) }];
      }
      if (c.kind === 'removed')
        return [{ kind: 'removed', text: s.words.removed(titles.rule(c.was), pts(c.was.points)) }];
      if (c.kind === 'changed') {
        const n = to.criteria.find((x) => x.id === c.id)!;
        const was = c.was;
        const parts = new Set<string>();
        const group = (name: string, b: ModelBody) => {
          const g = b.groups.find((x) => x.name === name);
          return g ? titles.group(g) : name;
        };
        for (const k of c.fields)
          parts.add(
            k === 'points'
              ? s.words.points(pts(was.points), pts(n.points))
              : k === 'enabled'
                ? n.enabled === false
                  ? s.words.off
                  : s.words.on
                : k === 'when'
                  ? s.words.when(plain(was.when, w, lang), plain(n.when, w, lang))
                  : k === 'group'
                    ? s.words.group(group(was.group, from), group(n.group, to))
                    : k === 'ageing'
                      ? s.words.pair(
                          ageBit(was.ageing, s, f).words.join(''),
                          ageBit(n.ageing, s, f).words.join(''),
                        )
                      : k === 'title'
                        ? s.words.title(titles.rule(was))
                        : s.words.pair(
                            limitWords({ ...was, ageing: null }, s, f, isPerEvent(was.when)).replace(
                              /^, |;.*$/g,
                              '',
                            ),
                            limitWords({ ...n, ageing: null }, s, f, isPerEvent(n.when)).replace(
                              /^, |;.*$/g,
                              '',
                            ),
                          ),
          );
        return [{ kind: 'changed', criterion: c.id, text: titles.rule(n) + ': ' + [...parts].join('; ') }];
      }
      if (c.kind === 'group') {
        const g = to.groups.find((x) => x.name === c.id)!;
        if (!c.was) return [{ kind: 'added', text: s.words.newGroup(titles.group(g), limits(g)) }];
        const out: Told[] = [];
        if (limits(g) !== limits(c.was))
          out.push({ kind: 'changed', text: s.words.groupLimits(titles.group(g), limits(c.was), limits(g)) });
        if (titles.group(g) !== titles.group(c.was))
          out.push({ kind: 'changed', text: s.words.groupName(titles.group(c.was), titles.group(g)) });
        return out;
      }
      if (c.kind === 'nogroup') return [{ kind: 'removed', text: s.words.noGroup(titles.group(c.was)) }];
      if (c.id === 'gates') {
        const list = (b: ModelBody) => (b.gates ?? []).map((g) => gate(g, b));
        const [a, b] = [list(from), list(to)];
        return [
          ...b.filter((x) => !a.includes(x)).map((x): Told => ({ kind: 'added', text: s.words.gateNew(x) })),
          ...a
            .filter((x) => !b.includes(x))
            .map((x): Told => ({ kind: 'removed', text: s.words.gateGone(x) })),
        ];
      }
      if (c.id === 'icp') return [{ kind: 'changed', text: s.words.icp }];
      if (c.id === 'axes') return axesTold(from, to);
      if (c.id === 'company')
        return [
          {
            kind: 'changed',
            text: s.words.company(companyWords(from.company, s), companyWords(to.company, s)),
          },
        ];
      if (c.id === 'name') return [{ kind: 'changed', text: s.words.name(from.name, to.name) }];
      const k = c.id as 'warm' | 'hot' | 'floor' | 'ceiling' | 'hysteresis' | 'public_ceiling';
      const name = k === 'public_ceiling' ? s.lim.publicCeiling : s.lim[k];
      return [{ kind: 'changed', text: s.words.number(name, num(from[k] ?? null), num(to[k] ?? null)) }];
    });
}
