/* A person's own tests: where one stands with each product, a test being taken, and how it ended. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '../../api/client';
import { problemText } from '../../api/problem';
import { useExam, useExams, type Exam, type ExamRow } from '../../api/skills';
import { serverNow } from '../../app/clock';
import { useTitle } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Empty } from '../../kit';
import { Result } from './result';
import { Take } from './take';
import { useExamTexts } from './texts';
import '../../css/form.css';
import './exams.css';

export default function Exams() {
  const s = useExamTexts();
  const p = useParams<{ id?: string }>();
  useTitle(s.title);
  return p.id ? <One key={p.id} id={p.id} /> : <All />;
}

function One({ id }: { id: string }) {
  const s = useExamTexts();
  const q = useExam(id);
  return (
    <>
      <header className="row wrap g12">
        <h1>{q.data?.product_name ?? s.title}</h1>
        {q.data?.state !== 'runs' && (
          <Link className="btn s sp" href="/exams">
            {s.toList}
          </Link>
        )}
      </header>
      <Block q={q}>{(x) => (x.state === 'runs' ? <Take exam={x} /> : <Result exam={x} />)}</Block>
    </>
  );
}

function All() {
  const s = useExamTexts();
  const q = useExams();
  const [ask, setAsk] = useState<ExamRow>();
  return (
    <>
      <header>
        <h1>{s.title}</h1>
      </header>
      <Block q={q} rows={4}>
        {(d) =>
          d.items.length ? (
            <ul className="examlist">
              {d.items.map((x) => (
                <Row key={x.product_id} x={x} onBegin={() => setAsk(x)} />
              ))}
            </ul>
          ) : (
            <Empty title={s.none}>
              <p className="t13 d">{s.noneHint}</p>
            </Empty>
          )
        }
      </Block>
      {ask && <Begin x={ask} onClose={() => setAsk(undefined)} />}
    </>
  );
}

function Row({ x, onBegin }: { x: ExamRow; onBegin: () => void }) {
  const s = useExamTexts();
  const f = useFmt();
  const c = x.cell;
  const held = c.state === 'valid' || c.state === 'expiring';
  const tone = c.state === 'valid' ? 'ok' : c.state === 'expiring' ? 'warn' : c.state === 'none' ? '' : 'bad';
  const why =
    c.may === 'held'
      ? c.again_at
        ? s.held(f.date(c.again_at))
        : s.heldForever
      : c.may === 'cooling' && c.again_at
        ? s.cooling(f.dateTime(c.again_at))
        : c.may === 'used_up'
          ? s.usedUp
          : c.may === 'empty'
            ? s.empty
            : undefined;
  return (
    <li className="card examrow">
      <div className="col g4 grow">
        <div className="row wrap g6">
          <h2>{x.product_name}</h2>
          <span className={'tag ' + tone}>
            {s.state[c.state]}
            {held &&
              ' ' +
                (!c.until ? s.forever : c.state === 'expiring' ? f.date(c.until) : s.till(f.date(c.until)))}
          </span>
        </div>
        {c.order && (
          <p className={'t13 m' + (c.order.due && Date.parse(c.order.due) < serverNow() ? ' bad' : '')}>
            {s.ordered(c.order.due ? f.date(Date.parse(c.order.due) - 1) : '')}
          </p>
        )}
        {x.note && <p className="t13 d">{x.note}</p>}
        <p className="t13">
          {s.rules(x.questions, x.minutes, x.pass_pct)} {s.lasts(x.valid_days)}{' '}
          {c.left !== null && c.may === 'may' && s.left(c.left)}
        </p>
        {x.gated && <p className="t12 dd">{s.gated}</p>}
        {c.last && (
          <Link className="t13" href={'/exams/' + c.last.id}>
            {s.last(f.pct(c.last.share), f.dateTime(c.last.at))}
          </Link>
        )}
      </div>
      {c.may === 'runs' && c.runs_id ? (
        <Link className="btn p" href={'/exams/' + c.runs_id}>
          {s.goOn}
        </Link>
      ) : c.may === 'may' ? (
        <button className="btn p" onClick={onBegin}>
          {held ? s.renew : s.begin}
        </button>
      ) : (
        <span className="t13 d examwhy">{why}</span>
      )}
    </li>
  );
}

function Begin({ x, onClose }: { x: ExamRow; onClose: () => void }) {
  const s = useExamTexts();
  const t = useT();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const begin = useMutation({
    mutationFn: () => api.post<Exam>('/exams', { product_id: x.product_id }),
    onSuccess: (e) => {
      void qc.invalidateQueries({ queryKey: ['exams'] });
      if (e) go('/exams/' + e.id);
    },
  });
  return (
    <Dialog open onClose={onClose} title={s.sure.title(x.product_name)}>
      <div className="form">
        <p>{s.rules(x.questions, x.minutes, x.pass_pct)}</p>
        <p className="t13 d">{s.sure.text}</p>
        {begin.error && <p className="bad t13">{problemText(begin.error, t)}</p>}
        <div className="row g6">
          <button className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" data-focus disabled={begin.isPending} onClick={() => begin.mutate()}>
            {s.sure.go}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
