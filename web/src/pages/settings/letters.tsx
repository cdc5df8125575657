/* What left the house, or did not and why; sent again by hand. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { useLetters, type Letter } from '../../api/outreach';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { screenTexts, useFmt, useT } from '../../i18n';
import { Block, Seg, toast } from '../../kit';
import type { NotifyTexts } from './notify-en';

export const useNotifyTexts = screenTexts<NotifyTexts>({
  en: () => import('./notify-en'),
  ru: () => import('./notify-ru'),
});

const states = ['any', 'waiting', 'dead', 'sent'] as const;

export default function Letters() {
  const s = useNotifyTexts();
  const [state, setState] = useState<(typeof states)[number]>('any');
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.all}</h2>
        <span className="sp">
          <Seg
            label={s.state}
            value={state}
            onChange={setState}
            items={states.map((x) => ({ id: x, label: x === 'any' ? s.allStates : s.states[x] }))}
          />
        </span>
      </div>
      <LetterTable path="/letters" ask={{ state }} again />
    </section>
  );
}

export function LetterTable({
  path,
  ask,
  again,
}: {
  path: '/letters' | '/me/letters';
  ask: Record<string, string | undefined>;
  again?: boolean;
}) {
  const s = useNotifyTexts();
  const t = useT();
  const qc = useQueryClient();
  const q = useLetters(path, ask);
  const resend = useMutation({
    mutationFn: (l: Letter) => api.post(`/letters/${l.id}/again`, {}),
    onSuccess: () => toast(s.sentAgain),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => void qc.invalidateQueries({ queryKey: ['letters'] }),
  });
  return (
    <Block q={q} rows={4}>
      {(d) => {
        const items = d.pages.flatMap((p) => p.items);
        if (!items.length) return <p className="bd t13 d">{s.none}</p>;
        return (
          <>
            <table className="cards">
              <thead>
                <tr>
                  <th scope="col">{s.at}</th>
                  <th scope="col">{s.about}</th>
                  {again && <th scope="col">{s.whom}</th>}
                  <th scope="col">{s.how}</th>
                  <th scope="col">{s.state}</th>
                  {again && (
                    <th scope="col">
                      <span className="vh">{s.again}</span>
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {items.map((l) => (
                  <Row
                    key={l.id}
                    l={l}
                    whom={!!again}
                    onAgain={
                      again && (l.state === 'dead' || l.state === 'withdrawn')
                        ? () => resend.mutate(l)
                        : undefined
                    }
                  />
                ))}
              </tbody>
            </table>
            {q.hasNextPage && (
              <div className="bd">
                <button className="btn s" disabled={q.isFetching} onClick={() => void q.fetchNextPage()}>
                  {s.more}
                </button>
              </div>
            )}
          </>
        );
      }}
    </Block>
  );
}

function Row({ l, whom, onAgain }: { l: Letter; whom: boolean; onAgain?: () => void }) {
  const s = useNotifyTexts();
  const f = useFmt();
  const now = useNow(30);
  const tone = { waiting: 'warn', sent: 'ok', dead: 'bad', withdrawn: '' }[l.state];
  return (
    <tr>
      <td className="d nw">{f.when(l.made_at, now)}</td>
      <td>
        {l.lead_id ? (
          <Link href={'/leads/' + l.lead_id}>{l.subject || s.kinds[l.kind]}</Link>
        ) : (
          l.subject || s.kinds[l.kind]
        )}
      </td>
      {whom && <td className="d">{l.user_name ?? ''}</td>}
      <td className="d">{s.ways[l.channel]}</td>
      <td>
        <span className="row g6 wrap">
          <span className={'tag ' + tone}>
            {l.state === 'waiting' && !l.next_at ? s.onWay : s.states[l.state]}
          </span>
          {l.seen_at && <span className="tag">{s.seen}</span>}
          {l.state !== 'sent' && (l.error || l.status > 0) && (
            <span className="d t12">
              {[l.status || '', l.error ? (s.errors[l.error] ?? l.error) : ''].filter(Boolean).join(' ')}
            </span>
          )}
          {l.state === 'waiting' && l.tries > 0 && l.next_at && (
            <span className="dd t12 nw">{s.nextAt(f.when(l.next_at, now))}</span>
          )}
          {l.tries > 1 && <span className="dd t12 nw">{s.tries(l.tries)}</span>}
        </span>
      </td>
      {whom && (
        <td className="num">
          {onAgain && (
            <button className="btn s" aria-label={s.againOf(l.subject)} onClick={onAgain}>
              {s.again}
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
