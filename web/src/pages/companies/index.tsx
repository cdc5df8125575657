/* Companies by score, and one company: who gives what of it. */
import { useDeferredValue, useState } from 'react';
import { Link, useParams, useSearch } from 'wouter';
import { useCompanies, useCompany, useCompanyTimeline } from '../../api/quarantine';
import { useNow } from '../../app/clock';
import { may, useMe, useTitle } from '../../app/session';
import { screenTexts, useFmt, useT } from '../../i18n';
import { Block, Icon, ScoreChip } from '../../kit';
import { eventName } from '../../part/events';
import { useCalled } from '../../part/leadname';
import type { CompaniesTexts } from './en';
import './companies.css';

const useTexts = screenTexts<CompaniesTexts>({ en: () => import('./en'), ru: () => import('./ru') });

export default function Companies() {
  const p = useParams<{ id?: string }>();
  return p.id ? <One id={p.id} /> : <All />;
}

function All() {
  const s = useTexts();
  const [text, setText] = useState('');
  const words = useDeferredValue(text.trim());
  const q = useCompanies(words);
  const me = useMe();
  useTitle(s.title);
  return (
    <>
      <h1>{s.title}</h1>
      <section className="card companies">
        <div className="hd wrap">
          <input
            className="in companyfind"
            type="search"
            aria-label={s.find}
            placeholder={s.find}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
          />
          {may(me, 'lead.export') && (
            <a
              className="btn s g sp"
              href={'/api/v1/export/companies.csv' + (words ? '?q=' + encodeURIComponent(words) : '')}
              download
            >
              <Icon n="download" size="s" />
              {s.csv}
            </a>
          )}
        </div>
        <Block q={q} rows={8}>
          {(d) => {
            const items = d.pages.flatMap((x) => x.items);
            if (!items.length) return <p className="bd t13 d">{words ? s.nothing : s.none}</p>;
            return (
              <table className="cards">
                <thead>
                  <tr>
                    <th scope="col">{s.score}</th>
                    <th scope="col">{s.name}</th>
                    <th scope="col" className="num">
                      {s.people}
                    </th>
                    <th scope="col" className="num">
                      {s.hot}
                    </th>
                    <th scope="col" className="side">
                      {s.owner}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((c) => (
                    <tr key={c.id}>
                      <td>
                        <ScoreChip score={c.score} band={c.band} />
                      </td>
                      <td>
                        <Link href={'/companies/' + c.id} className="m">
                          {c.name}
                        </Link>
                      </td>
                      <td className="num" data-label={s.people}>
                        <Link href={'/companies/' + c.id}>{c.people}</Link>
                      </td>
                      <td className="num" data-label={s.hot}>
                        {c.hot ? <Link href={`/companies/${c.id}?band=hot`}>{c.hot}</Link> : ''}
                      </td>
                      <td className="d side">{c.owner_name ?? s.nobody}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            );
          }}
        </Block>
        <More q={q} />
      </section>
    </>
  );
}

function One({ id }: { id: string }) {
  const s = useTexts();
  const t = useT();
  const called = useCalled();
  const f = useFmt();
  const me = useMe();
  const q = useCompany(id);
  const hot = new URLSearchParams(useSearch()).get('band') === 'hot';
  useTitle(q.data?.name ?? s.title);
  return (
    <>
      <p>
        <Link href="/companies" className="btn s g">
          <Icon n="left" size="s" />
          {s.all}
        </Link>
      </p>
      <Block q={q} rows={6}>
        {(c) => (
          <div className="col g16 company">
            <div className="row g8 wrap">
              <ScoreChip score={c.score} band={c.band} />
              <h1>{c.name}</h1>
            </div>
            <section className="card">
              <div className="bd col g6">
                <p className="t13">
                  {c.rule === 'sum_top3' ? s.rule.sum_top3(c.cap) : s.rule[c.rule]}{' '}
                  {c.rule !== 'max' && s.rule.exact}
                </p>
                <p className="t13">
                  <span className="d">{s.owner}: </span>
                  <span className="m">{c.owner_name ?? s.nobody}</span>
                  <span className="d t12 rest">{s.ownerWhy}</span>
                </p>
                {c.purchases !== null && (
                  <p className="t13">
                    <span className="d">{s.bought}: </span>
                    <span className="m">
                      {c.purchases ? s.purchases(c.purchases, f.money(c.amount ?? 0, me.currency)) : s.never}
                    </span>
                  </p>
                )}
              </div>
            </section>
            <section className="card">
              <div className="hd wrap">
                <h2>{s.who}</h2>
                {hot && (
                  <span className="t13 intext">
                    {s.onlyHot} <Link href={'/companies/' + id}>{s.everybody(c.contributions.length)}</Link>
                  </span>
                )}
                {may(me, 'lead.export') && (
                  <a className="btn s g sp" href={'/api/v1/export/companies.csv?company=' + id} download>
                    <Icon n="download" size="s" />
                    {s.csv}
                  </a>
                )}
              </div>
              <table className="cards">
                <thead>
                  <tr>
                    <th scope="col">{s.person}</th>
                    <th scope="col">{s.own}</th>
                    <th scope="col" className="num">
                      {s.gives}
                    </th>
                    <th scope="col" className="side">
                      {s.owner}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {c.contributions
                    .filter((p) => !hot || p.band === 'hot')
                    .map((p, i) => (
                      <tr key={p.lead_id ?? i}>
                        <td>
                          {p.lead_id ? (
                            <Link href={'/leads/' + p.lead_id} className="m">
                              {called(p.name, p.lead_id)}
                            </Link>
                          ) : (
                            <span className="d">{s.other}</span>
                          )}
                          <span className="d t12 rest">
                            {[p.title, t.stage[p.stage]].filter(Boolean).join(', ')}
                          </span>
                        </td>
                        <td>
                          <ScoreChip score={p.score} band={p.band} />
                        </td>
                        <td className={'num ' + (p.points ? 'b' : 'd')} data-label={s.gives}>
                          {p.points}
                        </td>
                        <td className="d side">{p.owner_name ?? s.nobody}</td>
                      </tr>
                    ))}
                </tbody>
              </table>
            </section>
            {c.books === 'company' && <Together id={id} />}
          </div>
        )}
      </Block>
    </>
  );
}

/* What the company's people did, each line with whose it is. */
function Together({ id }: { id: string }) {
  const s = useTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const called = useCalled();
  const q = useCompanyTimeline(id, true);
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.did}</h2>
      </div>
      <Block q={q} rows={6}>
        {(d) => {
          const items = d.pages.flatMap((p) => p.items);
          if (!items.length) return <p className="bd t13 d">{s.didNothing}</p>;
          return (
            <table className="cards">
              <thead>
                <tr>
                  <th scope="col">{s.when}</th>
                  <th scope="col">{s.person}</th>
                  <th scope="col">{s.what}</th>
                  <th scope="col" className="num">
                    {s.points}
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((e) => (
                  <tr key={e.id} className={e.bot ? 'd' : undefined}>
                    <td className="d">{f.when(e.at, now)}</td>
                    <td>
                      {e.lead_id && (
                        <Link href={'/leads/' + e.lead_id} className="m">
                          {called(e.lead_name, e.lead_id)}
                        </Link>
                      )}
                    </td>
                    <td>
                      {eventName(e, t)}
                      {(e.text || e.actor_name || e.automatic) && (
                        <span className="d t12 rest">
                          {[e.text, e.actor_name, e.automatic].filter(Boolean).join(' · ')}
                        </span>
                      )}
                    </td>
                    <td className="num" data-label={s.points}>
                      {e.points === null ? '' : (e.points > 0 ? '+' : '') + f.num(e.points)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Block>
      <More q={q} />
    </section>
  );
}

function More({
  q,
}: {
  q: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
}) {
  const s = useTexts();
  if (!q.hasNextPage) return null;
  return (
    <div className="bd">
      <button className="btn s" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
        {s.more}
      </button>
    </div>
  );
}
