/* Versions of the rules, with the way back; and one lead tried: where it would go, and why. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import type { Rule } from '../../api/office';
import { problemText } from '../../api/problem';
import { useRuleVersions, useTry, type RuleVersion, type Tried } from '../../api/share';
import type { Lead, Page } from '../../api/types';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, toast } from '../../kit';
import { useLeadName } from '../../part/leadname';
import { useRoutingTexts } from './texts';

export function Versions({ edit }: { edit: boolean }) {
  const s = useRoutingTexts().versions;
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const q = useRuleVersions();
  const [ask, setAsk] = useState<RuleVersion>();
  const back = useMutation({
    mutationFn: (v: RuleVersion) => api.post(`/routing/versions/${v.id}/publish`),
    onSuccess: () => {
      setAsk(undefined);
      for (const k of ['rules', 'ruleversions']) void qc.invalidateQueries({ queryKey: [k] });
      toast(s.done);
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.title}</h2>
      </div>
      <Block q={q} rows={2}>
        {(d) =>
          d.items.length ? (
            <ul className="versionlist bd">
              {d.items.slice(0, 20).map((v) => (
                <li key={v.id} className="row wrap g8">
                  <span className={'tag ' + (v.state === 'live' ? 'ok' : '')}>{s.states[v.state]}</span>
                  <b className="m">{v.state === 'draft' ? s.draft : s.number(v.version)}</b>
                  <span className="t12 dd">
                    {f.dateTime(v.at)} · {v.by_name ?? s.house} · {s.rules(v.rules)}
                    {v.note ? ' · ' + v.note : ''}
                  </span>
                  {edit && v.state !== 'live' && (
                    <button className="btn s sp" onClick={() => setAsk(v)}>
                      {v.state === 'draft' ? s.publish : s.back}
                    </button>
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <p className="bd t13 d">{s.none}</p>
          )
        }
      </Block>
      <Dialog open={!!ask} onClose={() => setAsk(undefined)} title={s.sure}>
        <div className="form">
          <p>{ask && s.sureText(ask.rules)}</p>
          <div className="row g8">
            <button
              className="btn p"
              data-focus
              disabled={back.isPending}
              onClick={() => ask && back.mutate(ask)}
            >
              {s.yes}
            </button>
            <button className="btn" onClick={() => setAsk(undefined)}>
              {t.cancel}
            </button>
          </div>
        </div>
      </Dialog>
    </section>
  );
}

/* items: the rules on screen when they are not saved yet. */
export function TryLead({ items }: { items?: Rule[] }) {
  const s = useRoutingTexts().trial;
  const leadName = useLeadName();
  const t = useT();
  const [words, setWords] = useState('');
  const [free, setFree] = useState(true);
  const [lead, setLead] = useState<Pick<Lead, 'id' | 'called'>>();
  const found = useQuery({
    queryKey: ['trylead', words],
    queryFn: ({ signal }) => api.get<Page<Lead>>('/leads', { q: words, limit: 6 }, signal),
    enabled: words.trim().length > 1,
  });
  const tried = useTry();
  const run = (x: Pick<Lead, 'id' | 'called'>) => {
    setLead(x);
    tried.mutate({ lead_id: x.id, free, items });
  };
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.title}</h2>
      </div>
      <div className="bd tryform">
        <Field
          label={s.lead}
          type="search"
          hint={items ? s.byUnsaved : s.byLive}
          value={words}
          onChange={(e) => setWords(e.currentTarget.value)}
        />
        <label className="row g6 t13">
          <input type="checkbox" checked={free} onChange={(e) => setFree(e.currentTarget.checked)} />
          {s.free}
        </label>
        {words.trim().length > 1 && (
          <ul className="pick" aria-label={s.found}>
            {found.data?.items.map((l) => (
              <li key={l.id}>
                <button className="opt" aria-pressed={lead?.id === l.id} onClick={() => run(l)}>
                  <span className="grow cut">{leadName(l)}</span>
                  <span className="t12 dd">{l.company}</span>
                </button>
              </li>
            ))}
            {found.data && !found.data.items.length && <li className="t13 dd">{s.nobody}</li>}
          </ul>
        )}
        {tried.error && <p className="bad t13">{problemText(tried.error, t)}</p>}
        {tried.data && lead && <Answer x={tried.data} lead={lead} />}
      </div>
    </section>
  );
}

function Answer({ x, lead }: { x: Tried; lead: Pick<Lead, 'id' | 'called'> }) {
  const s = useRoutingTexts();
  const leadName = useLeadName();
  const a = s.trial;
  return (
    <div className="said col g6" role="status">
      <span>
        <Link href={'/leads/' + lead.id} className="m">
          {leadName(lead)}
        </Link>{' '}
        <Icon n="right" size="xs" /> <b>{x.manager_name ?? (x.why === 'claim' ? a.first : a.waits)}</b>
      </span>
      <span className="t13 d">
        {x.why === 'owner_keeps'
          ? a.owner
          : x.why === 'company_keeps'
            ? a.company
            : x.rule
              ? a.rule(x.rule)
              : a.noRule}{' '}
        {a.within(x.sla_minutes)}
      </span>
      {x.rules.length > 0 && (
        <ol className="t12 dd tried">
          {x.rules.map((r, i) => (
            <li key={i}>
              {r.holds ? '✓' : '—'} {r.name}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
