/* A version of the rules beside the live one or any other, in words. */
import { useState } from 'react';
import { usePools, useRules } from '../../api/office';
import { useRuleVersion, useRuleVersions, type RuleVersion } from '../../api/share';
import { useProducts } from '../../api/skills';
import { useFmt, useLang } from '../../i18n';
import { Block, Dialog, Select } from '../../kit';
import { useCondTexts } from '../../part/cond';
import { compare, type Difference, type Shared } from './compare';
import { sayDifference } from './say';
import { useRoutingTexts } from './texts';

export function Compared({ version, onClose }: { version: RuleVersion; onClose: () => void }) {
  const s = useRoutingTexts();
  const f = useFmt();
  const versions = useRuleVersions();
  const [beside, setBeside] = useState('');
  const name = (v: RuleVersion) =>
    v.state === 'draft'
      ? `${v.note || s.versions.draft} · ${f.dateTime(v.at)}`
      : s.versions.number(v.version);
  return (
    <Dialog open onClose={onClose} title={s.versions.compareTitle(name(version))}>
      <div className="form wide">
        <Select
          label={s.versions.beside}
          value={beside}
          onChange={setBeside}
          items={[
            { id: '', label: s.versions.liveOnes },
            ...(versions.data?.items ?? [])
              .filter((v) => v.state !== 'live' && v.id !== version.id)
              .slice(0, 30)
              .map((v) => ({ id: v.id, label: name(v) })),
          ]}
        />
        {beside ? <ToVersion of={version.id} beside={beside} /> : <ToLive of={version.id} />}
        <button className="btn self" data-focus onClick={onClose}>
          {s.versions.close}
        </button>
      </div>
    </Dialog>
  );
}

function ToLive({ of }: { of: string }) {
  const pools = usePools();
  const live = useRules();
  const q = useRuleVersion(of);
  return (
    <Block q={q} rows={3}>
      {(v) => (
        <List
          from={{
            items: live.data?.items ?? [],
            policies: (pools.data?.items ?? []).map((p) => ({ pool_id: p.id, policy: p.policy })),
          }}
          to={v}
        />
      )}
    </Block>
  );
}

function ToVersion({ of, beside }: { of: string; beside: string }) {
  const to = useRuleVersion(of);
  const q = useRuleVersion(beside);
  return (
    <Block q={q} rows={3}>
      {(from) => to.data && <List from={from} to={to.data} />}
    </Block>
  );
}

function List({ from, to }: { from: Shared; to: Shared }) {
  const s = useRoutingTexts();
  const say = useSay();
  const list = compare(from, to);
  return list.length ? (
    <ul className="difflist t13">
      {list.map((d, i) => (
        <li key={i}>{say(d)}</li>
      ))}
    </ul>
  ) : (
    <p className="t13 d">{s.versions.same}</p>
  );
}

function useSay() {
  const s = useRoutingTexts();
  const w = useCondTexts();
  const lang = useLang();
  const pools = usePools();
  const products = useProducts();
  const called = (list: { id: string; name: string }[] | undefined, id?: string | null) =>
    list?.find((x) => x.id === id)?.name ?? s.versions.goneParty;
  return (d: Difference) =>
    sayDifference(
      {
        s,
        w,
        lang,
        pool: (id) => called(pools.data?.items, id),
        product: (id) => called(products.data?.items, id),
      },
      d,
    );
}
