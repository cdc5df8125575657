/* How likely it is to buy: a chip in lists, and on the card why, how sure, and when nothing can be said. */
import { Link } from 'wouter';
import { useProbability, type Probability } from '../../api/learn';
import { may, useMe } from '../../app/session';
import type { LeadCard } from '../../api/types';
import { useFmt } from '../../i18n';
import { useFactTitle } from '../cond/texts';
import { Block, signed } from '../../kit';
import { useLearnT } from './text';
import './learn.css';

const per = (x: number) => String(Math.round(x * 100));

export function ChanceChip({ p }: { p: { value: number; low: number; high: number } | null | undefined }) {
  const t = useLearnT();
  if (!p) return null;
  return (
    <span className="chance" title={t.read(per(p.value), per(p.low), per(p.high))}>
      <span aria-hidden="true">{t.chip(per(p.value))}</span>
      <span className="vh">{t.read(per(p.value), per(p.low), per(p.high))}</span>
    </span>
  );
}

export function ChanceBlock({ lead }: { lead: LeadCard }) {
  const t = useLearnT();
  const ended = lead.stage === 'won' || lead.stage === 'lost';
  const q = useProbability(lead.id, !ended);
  return (
    <section className="card" aria-labelledby="chance-h" id="chance">
      <div className="hd wrap">
        <h2 id="chance-h">{t.chance}</h2>
      </div>
      <div className="bd t13">
        {ended ? (
          <span className="d">{t.ended[lead.stage === 'won' ? 'won' : 'lost']}</span>
        ) : (
          <Block q={q} rows={3}>
            {(p) => (!p.enough || p.value === null ? <Nothing p={p} /> : <Chance p={p} value={p.value} />)}
          </Block>
        )}
      </div>
    </section>
  );
}

/* Else half of the facts are missing that hardly any lead lacked before. */
const wide = (p: Probability) => (p.high ?? 1) - (p.low ?? 0) > 0.6;

/* Why nothing is shown: too little is known of this lead, too few outcomes, or nothing learnt from them. */
function Nothing({ p }: { p: Probability }) {
  const t = useLearnT();
  const title = useFactTitle();
  if (p.silence === 'little_known')
    return (
      <div className="col g4">
        <b>{t.little}</b>
        <span className="d">
          {t.littleKnown(p.facts_known, p.facts_of)}{' '}
          {wide(p) ? t.littleWide(per(p.low ?? 0), per(p.high ?? 1)) : t.littleStrange} {t.littleMore}
        </span>
      </div>
    );
  const few = p.have < p.need;
  const facts = p.left_out?.map((x) => title(x.fact)).join(', ') ?? '';
  return (
    <div className="col g4">
      <b>{few ? t.few(p.have, p.need) : t.nothing}</b>
      <span className="d">
        {few
          ? t.fewWhy(p.need)
          : p.why === 'only_by_leaks'
            ? t.onlyLeaks(facts)
            : p.why === null
              ? t.learning
              : t.useless}
      </span>
    </div>
  );
}

/* The leads that a version learnt from or was judged on, for those who see everybody's. */
function Behind({
  report,
  bucket,
  text,
}: {
  report: string | null | undefined;
  bucket: string;
  text: string;
}) {
  const me = useMe();
  return report && may(me, 'lead.all') && may(me, 'model.read') ? (
    <Link href={`/leads?report=${report}&bucket=${bucket}`}>{text}</Link>
  ) : (
    <>{text}</>
  );
}

function Chance({ p, value }: { p: Probability; value: number }) {
  const t = useLearnT();
  const title = useFactTitle();
  const f = useFmt();
  return (
    <div className="col g8">
      <div className="row g6">
        <b className="chancebig">{t.chip(per(value))}</b>
        <span className="d nw">{t.range(per(p.low ?? 0), per(p.high ?? 1))}</span>
      </div>
      <div className="chancebar" aria-hidden="true">
        <i style={{ left: per(p.low ?? 0) + '%', right: 100 - Number(per(p.high ?? 1)) + '%' }} />
        <b style={{ left: per(value) + '%' }} />
      </div>
      {p.reasons.length > 0 && (
        <dl className="chancewhy" aria-label={t.reasons}>
          {p.reasons.map((r) => (
            <div key={r.column} className="row g6">
              <dt className="grow brk">
                {r.name}: <span className="d">{r.value ?? t.unknown}</span>
              </dt>
              <dd className="num nw">{t.pp(signed(r.effect * 100))}</dd>
            </div>
          ))}
        </dl>
      )}
      {p.predictor && (
        <span className="t12 dd intext">
          {t.from(p.predictor.version)}{' '}
          <Behind
            report={p.predictor.report}
            bucket="all"
            text={t.learnt(p.predictor.n, f.num(p.predictor.n))}
          />
          {', '}
          <Behind report={p.predictor.report} bucket="held" text={'AUC ' + f.two(p.predictor.auc)} />
          {p.predictor.corrected_by > 0 && t.corrected(p.predictor.corrected_by)}
          {(p.predictor.left_out?.length ?? 0) > 0 &&
            t.without(p.predictor.left_out!.map((x) => title(x.fact)).join(', '))}
          {!p.predictor.report && t.noList}
        </span>
      )}
    </div>
  );
}
