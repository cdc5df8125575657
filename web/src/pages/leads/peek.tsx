/* A look at a lead beside the list: the reasons of the score, the last five events, the call. J and K move it. */
import { Link } from 'wouter';
import { useScore, useTimeline } from '../../api/leads';
import type { Lead } from '../../api/types';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, ScoreChip, signed } from '../../kit';
import { eventName } from '../../part/events';
import { useLeadsT } from './text';
import { useLeadName } from '../../part/leadname';

export function Peek({ lead, onClose, onCall }: { lead: Lead; onClose: () => void; onCall: () => void }) {
  const tt = useT();
  const t = useLeadsT();
  const f = useFmt();
  const now = useNow(60);
  const score = useScore(lead.id);
  const events = useTimeline(lead.id, '', 5);
  const name = useLeadName()(lead);
  return (
    <aside className="card peek" aria-label={name}>
      <div className="hd">
        <ScoreChip score={lead.score} band={lead.band} />
        <h2 className="cut">{name}</h2>
        <button className="btn s g ic sp" aria-label={tt.close} onClick={onClose}>
          <Icon n="x" size="s" />
        </button>
      </div>
      <div className="bd col g12">
        <span className="d t13">{[lead.title, lead.company].filter(Boolean).join(', ')}</span>
        <div className="row">
          <button className="btn call grow" onClick={onCall} disabled={!lead.phone}>
            <Icon n="phone" size="s" />
            {lead.phone ? f.phone(lead.phone) : tt.call.noPhone}
          </button>
          <Link href={'/leads/' + lead.id} className="btn">
            {t.openFull}
          </Link>
        </div>
        <h3 className="t12 d b">{t.why}</h3>
        <Block q={score} rows={4}>
          {(s) => (
            <ul className="peeklines">
              {[...s.lines]
                .sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
                .slice(0, 8)
                .map((l) => (
                  <li key={l.criterion}>
                    <b className={l.points < 0 ? 'bad' : ''}>{signed(l.points)}</b>
                    <span className="cut">{l.name}</span>
                    <span className="dd t12">{l.last ? f.ago(l.last, now) : ''}</span>
                  </li>
                ))}
            </ul>
          )}
        </Block>
        <h3 className="t12 d b">{t.peekEvents}</h3>
        <Block q={events} rows={3}>
          {(p) => (
            <ul className="peeklines">
              {p.pages[0]!.items.slice(0, 5).map((e) => (
                <li key={e.id}>
                  <b>{e.points ? signed(e.points) : ''}</b>
                  <span className="cut">{eventName(e, tt)}</span>
                  <span className="dd t12">{f.ago(e.at, now)}</span>
                </li>
              ))}
            </ul>
          )}
        </Block>
      </div>
    </aside>
  );
}
