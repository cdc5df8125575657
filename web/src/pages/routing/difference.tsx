/* A version of the rules beside the live one, in words. */
import { usePools, useRules, type Rule } from '../../api/office';
import { useRuleVersion, type RuleVersion } from '../../api/share';
import { useProducts } from '../../api/skills';
import { useLang } from '../../i18n';
import { Block, Dialog } from '../../kit';
import { useCondTexts } from '../../part/cond';
import { plain } from '../../part/cond/sentence';
import { isAlways } from './always';
import { compare, type Difference, type Part } from './compare';
import { useRoutingTexts } from './texts';

export function Compared({ version, onClose }: { version: RuleVersion; onClose: () => void }) {
  const s = useRoutingTexts();
  const pools = usePools();
  const live = useRules();
  const q = useRuleVersion(version.id);
  const say = useSay();
  return (
    <Dialog open onClose={onClose} title={s.versions.compareTitle}>
      <div className="form wide">
        <Block q={q} rows={3}>
          {(v) => {
            const list = compare(
              {
                items: live.data?.items ?? [],
                policies: (pools.data?.items ?? []).map((p) => ({ pool_id: p.id, policy: p.policy })),
              },
              v,
            );
            return list.length ? (
              <ul className="difflist t13">
                {list.map((d, i) => (
                  <li key={i}>{say(d)}</li>
                ))}
              </ul>
            ) : (
              <p className="t13 d">{s.versions.same}</p>
            );
          }}
        </Block>
        <button className="btn" data-focus onClick={onClose}>
          {s.versions.close}
        </button>
      </div>
    </Dialog>
  );
}

/* A difference as a sentence. */
function useSay() {
  const s = useRoutingTexts();
  const w = useCondTexts();
  const lang = useLang();
  const pools = usePools();
  const products = useProducts();
  const pool = (id?: string | null) =>
    pools.data?.items.find((p) => p.id === id)?.name ?? s.versions.goneParty;
  const product = (id?: string | null) =>
    products.data?.items.find((p) => p.id === id)?.name ?? s.versions.goneParty;
  const value = (r: Rule, part: Part): string => {
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
        return '';
    }
  };
  return (d: Difference): string => {
    const c = s.versions.changes;
    switch (d.kind) {
      case 'added':
        return c.added(d.rule.name, value(d.rule, 'condition'), value(d.rule, 'pool_id'));
      case 'gone':
        return c.gone(d.rule.name);
      case 'moved':
        return c.moved(d.rule.name, d.from, d.to);
      case 'policy':
        return c.policy(pool(d.pool_id), s.pool.policies[d.from], s.pool.policies[d.to]);
      case 'changed':
        return d.part === 'enabled'
          ? c.enabled(d.rule.name, d.to.enabled)
          : c.changed(
              d.part === 'name' ? d.from.name : d.rule.name,
              c.parts[d.part],
              value(d.from, d.part),
              value(d.to, d.part),
            );
    }
  };
}
