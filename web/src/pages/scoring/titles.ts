/* What a group and a rule are called: their title, else their own words. */
import type { Criterion, Group, IcpCondition } from '../../api/models';
import { useLang } from '../../i18n';
import { useCondTexts } from '../../part/cond';
import { plain } from '../../part/cond/sentence';

export function useTitleOf() {
  const lang = useLang();
  const w = useCondTexts();
  return {
    group: (g: Group) => g.title?.[lang] || g.title?.en || g.title?.ru || g.name,
    condition: (c: IcpCondition) => c.title?.[lang] || c.title?.en || c.title?.ru || plain(c.when, w, lang),
    rule: (c: Criterion) => c.title?.[lang] || c.title?.en || c.title?.ru || plain(c.when, w, lang),
  };
}
