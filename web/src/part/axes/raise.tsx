/* What would make it hot: the smallest sets of answers and deeds, what stands in the way for good, and a task by one click. */
import { useState } from 'react';
import { useRaise, type Raise, type RaiseSet, type RaiseStep } from '../../api/axes';
import { useNextStep } from '../../api/leads';
import { problemText } from '../../api/problem';
import type { LeadCard } from '../../api/types';
import { serverNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, toast } from '../../kit';
import { stepAt } from '../steps';
import { useAxesT } from './text';
import './axes.css';

const SHOWN = 3;

export function RaiseBlock({ lead }: { lead: LeadCard }) {
  const t = useAxesT();
  const f = useFmt();
  const ended = lead.stage === 'won' || lead.stage === 'lost';
  const q = useRaise(lead.id, !ended);
  if (!ended && (lead.band === 'hot' || q.data?.hot)) return null;
  return (
    <section className="card" aria-labelledby="raise-h" id="raise">
      <div className="hd wrap">
        <h2 id="raise-h">{t.raise}</h2>
        {q.data && (
          <span className="sp dd t12">
            {q.data.need > 0 ? t.need(f.num(Math.ceil(q.data.need * 10) / 10)) : t.needGate}
          </span>
        )}
      </div>
      <div className="bd">
        {ended ? (
          <p className="d t13">{t.ended[lead.stage === 'won' ? 'won' : 'lost']}</p>
        ) : (
          <Block q={q} rows={4}>
            {(r) => <Sets r={r} lead={lead} />}
          </Block>
        )}
      </div>
    </section>
  );
}

function Sets({ r, lead }: { r: Raise; lead: LeadCard }) {
  const t = useAxesT();
  const f = useFmt();
  const [all, setAll] = useState(false);
  const shown = all ? r.sets : r.sets.slice(0, SHOWN);
  const fixed = r.fixed;
  return (
    <div className="col g12 t13">
      {!r.sets.length && <p className="d">{r.never ? t.never : t.noSets(r.searched)}</p>}
      <ul className="col g8 raisesets">
        {shown.map((s, i) => (
          <SetRow key={i} s={s} lead={lead} />
        ))}
      </ul>
      <div className="row g12 wrap t12 dd">
        {r.sets.length > SHOWN && !all && (
          <button className="lnk" onClick={() => setAll(true)}>
            {t.more(r.sets.length - SHOWN)}
          </button>
        )}
        {!r.never && r.sets.length > 0 && <span>{t.searched(r.searched)}</span>}
      </div>
      {fixed.length > 0 && (
        <details>
          <summary className="t12 d">
            {t.fixed}: {fixed.length}
          </summary>
          <ul className="col g4 fixedlist">
            {fixed.map((x, i) => (
              <li key={i} className="row g6" title={x.words ?? undefined}>
                <Icon n="lock" size="xs" />
                <span className="grow brk">
                  {x.name} <span className="dd">· {t.why[x.why]}</span>
                </span>
                {x.points !== 0 && <span className="num dd">{f.num(Math.round(x.points * 10) / 10)}</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function SetRow({ s, lead }: { s: RaiseSet; lead: LeadCard }) {
  const tt = useT();
  const t = useAxesT();
  const f = useFmt();
  const next = useNextStep();
  const plan = () => {
    const due_at = stepAt('tomorrow', serverNow(), f);
    const title = s.steps
      .map((x) => (x.kind === 'ask' ? t.planTitle(x.name ?? x.words) : t.planDo(x.title || x.words)))
      .join('; ');
    next.mutate(
      { lead: lead.id, task: null, step: { kind: 'call', title: title.slice(0, 200), due_at } },
      {
        onSuccess: () => toast(t.planned(f.when(due_at, serverNow()))),
        onError: (e) => toast(problemText(e, tt), { bad: true }),
      },
    );
  };
  const name = s.kind === 'ask' ? t.toAsk : s.kind === 'do' ? t.toDo : t.both;
  return (
    <li className="raiseset">
      <div className="row g6 wrap">
        <span className="tag">{name}</span>
        <span className="dd t12">{t.becomes(s.total)}</span>
        <button
          className="btn s sp"
          disabled={next.isPending}
          onClick={plan}
          aria-label={`${t.plan}: ${s.steps.map((x) => x.name ?? (x.title || x.words)).join(', ')}`}
        >
          <Icon n="plus" size="s" />
          {t.plan}
        </button>
      </div>
      <ul className="col g4">
        {s.steps.map((x, i) => (
          <Step key={i} x={x} />
        ))}
      </ul>
    </li>
  );
}

function Step({ x }: { x: RaiseStep }) {
  const t = useAxesT();
  return (
    <li className="row g6 top">
      <Icon n={x.kind === 'ask' ? 'msg' : 'zap'} size="s" />
      <span className="col grow min0">
        <span className="brk">
          <span className="vh">{x.kind === 'ask' ? t.toAsk : t.toDo}: </span>
          <span className={x.title ? undefined : 'clamp2'}>{x.title || x.words}</span>
          {x.times > 1 && <b> {t.times(x.times)}</b>}
          {x.confirm && <span className="dd"> · {t.confirm}</span>}
        </span>
        {x.title && x.title !== x.words && (
          <span className="dd t12 clamp2" title={x.words}>
            {x.words}
          </span>
        )}
        {x.question && <span className="dd t12">{t.ask(x.question)}</span>}
      </span>
    </li>
  );
}
