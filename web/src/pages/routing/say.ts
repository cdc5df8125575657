/* A difference between versions of the rules as a sentence. Pure: it is handed the words, and how pools and products are called. */
import type { Rule } from '../../api/office';
import type { CondTexts } from '../../part/cond/en';
import { plain } from '../../part/cond/sentence';
import { isAlways } from './always';
import { parts, says, type Difference, type Part } from './compare';
import type en from './en';

export type Names = {
  s: typeof en;
  w: CondTexts;
  lang: 'ru' | 'en';
  pool: (id?: string | null) => string;
  product: (id?: string | null) => string;
};

function valueOf({ s, w, lang, pool, product }: Names, r: Rule, part: Part): string {
  switch (part) {
    case 'name':
      return r.name;
    case 'condition':
      return isAlways(r.condition) ? s.always : plain(r.condition, w, lang);
    case 'pool_id':
      return pool(r.pool_id);
    case 'fallback_pool_id':
      return r.fallback_pool_id ? pool(r.fallback_pool_id) : s.rule.noFallback;
    case 'product_id':
      return r.product_id ? product(r.product_id) : s.rule.noProduct;
    case 'sla_minutes':
      return r.sla_minutes ? s.within(r.sla_minutes) : s.norm;
    case 'match':
      return r.match.map((m) => s.matches[m]).join(', ') || s.versions.nothing;
    case 'explore':
      return r.explore ? s.byLot(r.explore) : s.versions.nothing;
    case 'enabled':
      return r.enabled ? s.versions.on : s.versions.off;
  }
}

/* What a whole rule says of itself, but for its name: that it is on is said of those that are not. */
function whole(n: Names, r: Rule): string {
  const told = parts.filter((p) => p !== 'name' && (p === 'enabled' ? !r.enabled : says(r, p)));
  return told.map((p) => `${n.s.versions.changes.parts[p]}: ${valueOf(n, r, p)}`).join('; ');
}

export function sayDifference(n: Names, d: Difference): string {
  const c = n.s.versions.changes;
  switch (d.kind) {
    case 'added':
      return c.added(d.rule.name, d.place, whole(n, d.rule));
    case 'gone':
      return c.gone(d.rule.name, d.place, whole(n, d.rule));
    case 'moved':
      return c.moved(d.rule.name, d.from, d.to);
    case 'policy':
      return c.policy(n.pool(d.pool_id), n.s.pool.policies[d.from], n.s.pool.policies[d.to]);
    case 'changed':
      return c.changed(
        d.part === 'name' ? d.from.name : d.rule.name,
        c.parts[d.part],
        valueOf(n, d.from, d.part),
        valueOf(n, d.to, d.part),
      );
  }
}
