/* The banner of a new hot lead, on every screen until it is called, handed over or seven minutes pass. */
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { useFmt, useT } from '../i18n';
import { Icon, ScoreChip } from '../kit';
import { dial } from '../part/dial';
import { dueOf } from '../part/due';
import { Ring } from '../part/ring';
import { useNow } from './clock';
import { dropHot, useHot, type HotNotice } from './live';
import { useKeys } from './keys';

export default function HotBar() {
  const t = useT();
  const list = useHot();
  const [where] = useLocation();
  // On the card of that lead the banner would only repeat the block below it.
  const shown = list.filter((h) => !where.startsWith('/leads/' + h.lead.id));
  useEffect(() => {
    if (!list.length) return;
    const plain = document.title.replace(/^\(\d+\) [^·]*· /, '');
    document.title = t.hot.title(list.length) + ' · ' + plain;
    return () => {
      document.title = document.title.replace(/^\(\d+\) [^·]*· /, '');
    };
  }, [list, t, where]);
  return (
    <div role="alert" className="hotbars">
      {shown.slice(0, 2).map((h, i) => (
        <One key={h.task.id} h={h} first={i === 0} />
      ))}
    </div>
  );
}

function One({ h, first }: { h: HotNotice; first: boolean }) {
  const t = useT();
  const f = useFmt();
  const now = useNow(1);
  const [where, go] = useLocation();
  const due = dueOf(h.task);
  const whole = h.task.sla_minutes ? h.task.sla_minutes * 60_000 : Math.max(1, due - h.at);
  const open = () => go('/leads/' + h.lead.id);
  const call = () => {
    dial(h.lead.phone ?? h.task.phone);
    open();
  };
  // On a list C belongs to its current row; elsewhere to the banner.
  useKeys(t.hot.title(1), first && where !== '/leads' ? { KeyC: { run: call, label: t.call.call } } : {});
  const name = [h.lead.called, h.lead.company !== h.lead.called && h.lead.company].filter(Boolean).join(', ');
  return (
    <section className="hotbar" aria-label={name}>
      <span className="ring" aria-hidden="true">
        <Ring share={(due - now) / whole} size={44} width={4} />
        <span>{f.countdown(due - now)}</span>
      </span>
      <div className="col grow">
        <span className="row g6 wrap">
          <b className="b cut">{name}</b>
          <ScoreChip score={h.lead.score} band={h.lead.band} />
          <span className="dd t12">{h.remind ? t.hot.remind : t.hot.assigned(f.ago(h.at, now))}</span>
        </span>
        <span className="t13 d cut">
          {[...(h.reasons ?? h.lead.reasons ?? []).map((r) => r.name ?? r.criterion), h.lead.title]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </div>
      <div className="row g6 hotacts">
        <button className="btn" onClick={open}>
          <Icon n="eye" size="s" />
          {t.open}
        </button>
        <button className="btn call l" onClick={call}>
          <Icon n="phone" />
          {t.call.call}
          {first && where !== '/leads' && <kbd>C</kbd>}
        </button>
        <button className="btn g ic" aria-label={t.hot.dismiss} onClick={() => dropHot(h.task.id)}>
          <Icon n="x" size="s" />
        </button>
      </div>
    </section>
  );
}
