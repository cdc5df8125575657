/* Step 4: progress while it runs, then what became of the rows, with the refused ones and their reasons. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { importKeys, isBusy, useRefused, type CellFault, type Import } from '../../api/imports';
import { problemText } from '../../api/problem';
import { figureLeads } from '../../api/report';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Icon, toast } from '../../kit';
import { useImportTexts } from './texts';

export function Result({ x }: { x: Import }) {
  const s = useImportTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const [sure, setSure] = useState(false);
  const act = useMutation({
    mutationFn: (what: 'run' | 'stop' | 'undo') => api.post<Import | undefined>(`/imports/${x.id}/${what}`),
    onSuccess: (d) => {
      setSure(false);
      if (d?.id) qc.setQueryData<Import>(importKeys.one(x.id), (old) => ({ ...old!, ...d }));
      for (const k of ['imports', 'leads', 'me', 'board']) void qc.invalidateQueries({ queryKey: [k] });
    },
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const busy = isBusy(x.state);
  const share = x.rows ? Math.min(1, x.done / x.rows) : 0;
  return (
    <>
      {busy ? (
        <section className="card bd runbox" aria-live="polite">
          <h2 className="t16 b">{x.state === 'undoing' ? s.run.undoing : s.run.title}</h2>
          <div
            className="bar big"
            role="progressbar"
            aria-label={s.run.progress}
            aria-valuemin={0}
            aria-valuemax={x.rows ?? undefined}
            aria-valuenow={x.done}
          >
            <i style={{ width: share * 100 + '%' }} />
          </div>
          <div className="row">
            <span className="t13 d">{s.run.of(f.num(x.done), x.rows ? f.num(x.rows) : null)}</span>
            {x.state === 'running' && (
              <button className="btn s sp" disabled={act.isPending} onClick={() => act.mutate('stop')}>
                {s.run.stop}
              </button>
            )}
          </div>
        </section>
      ) : (
        <section className={'card bd donebox ' + x.state} role="status">
          <Icon n={x.state === 'done' ? 'check' : x.state === 'undone' ? 'undo' : 'warn'} size="l" />
          <span className="col grow">
            <b className="t16 b">
              {s.result[x.state as 'done' | 'stopped' | 'failed' | 'undone'] ?? s.state[x.state]}
            </b>
            {x.state === 'undone' && (x.kept ?? 0) > 0 && (
              <span className="t13 d">{s.result.kept(x.kept!)}</span>
            )}
            {x.trouble && <span className="t13 bad">{x.trouble}</span>}
          </span>
          <span className="row wrap g6">
            {(x.state === 'stopped' || x.state === 'failed') && (
              <button className="btn s" disabled={act.isPending} onClick={() => act.mutate('run')}>
                {s.result.resume}
              </button>
            )}
            {x.state !== 'undone' && (
              <button className="btn s" onClick={() => setSure(true)}>
                {s.result.undo}
              </button>
            )}
            {x.state !== 'undone' && x.accepted + x.updated > 0 && (
              <Link className="btn s p" href={figureLeads('import', { id: x.id }, { bucket: 'all' })}>
                {s.result.show}
              </Link>
            )}
          </span>
        </section>
      )}
      <Dialog open={sure} onClose={() => setSure(false)} title={s.result.undo}>
        <div className="form">
          <p>{s.result.undoSure}</p>
          <div className="row g6">
            <button className="btn sp" onClick={() => setSure(false)}>
              {t.cancel}
            </button>
            <button className="btn p" data-focus disabled={act.isPending} onClick={() => act.mutate('undo')}>
              {s.result.undoGo}
            </button>
          </div>
        </div>
      </Dialog>
      <dl className="counts">
        {(['rows', 'accepted', 'updated', 'repeated', 'refused'] as const).map((k) => (
          <div key={k} className="card">
            <dt className="t12 d m">{s.result[k]}</dt>
            <dd className={'v ' + (k === 'refused' && x.refused ? 'bad' : '')}>
              {k === 'refused' && x.refused ? (
                <a href="#refused" className="plain">
                  {f.num(x.refused)}
                </a>
              ) : (k === 'accepted' || k === 'updated') &&
                x[k] &&
                x.kind !== 'events' &&
                x.state !== 'undone' ? (
                <Link href={figureLeads('import', { id: x.id }, { bucket: k })} className="plain">
                  {f.num(x[k])}
                </Link>
              ) : (
                f.num(k === 'rows' ? (x.rows ?? x.done) : x[k])
              )}
            </dd>
          </div>
        ))}
      </dl>
      {x.state === 'done' &&
        (x.mapping?.columns?.some((c) => c.field === 'outcome' || c.field === 'stage') ||
          x.mapping?.constants?.outcome ||
          x.mapping?.constants?.stage) && (
          <section className="card">
            <div className="bd nextbox row wrap g12">
              <span className="t13">{s.result.next}</span>
              <Link className="btn s" href="/calibration?again=1">
                {s.result.calibration}
              </Link>
              <Link className="btn s" href="/scoring?suggest=1">
                {s.result.suggest}
              </Link>
            </div>
          </section>
        )}
      {x.refused > 0 && <Refused x={x} />}
    </>
  );
}

function Refused({ x }: { x: Import }) {
  const s = useImportTexts();
  const f = useFmt();
  const q = useRefused(x.id, x.refused > 0);
  const name = (e: CellFault) =>
    e.column || (typeof e.index === 'number' && e.index >= 0 ? String(e.index + 1) : s.result.whole);
  return (
    <section className="card" id="refused">
      <div className="hd wrap">
        <h2>{s.result.refusedTitle}</h2>
        <a className="sp btn s" href={`/api/v1/imports/${x.id}/errors.csv`} download>
          <Icon n="download" size="s" />
          {s.result.csv}
        </a>
      </div>
      <Block q={q} rows={4}>
        {(p) => (
          <>
            <div className="scrollx" tabIndex={0} role="region" aria-label={s.result.refusedTitle}>
              <table>
                <thead>
                  <tr>
                    <th scope="col" className="num rown">
                      {s.result.row}
                    </th>
                    <th scope="col">{s.result.column}</th>
                    <th scope="col">{s.result.why}</th>
                  </tr>
                </thead>
                <tbody>
                  {p.items.flatMap((r) =>
                    (r.errors.length ? r.errors : [{ code: r.status } as CellFault]).map((e, i) => (
                      <tr key={r.row + '.' + i}>
                        <td className="num d">{i === 0 ? f.num(r.row) : ''}</td>
                        <td className="m">{name(e)}</td>
                        <td>
                          {s.codes[e.code] ?? e.code}
                          {e.detail && <span className="dd">: {e.detail}</span>}
                        </td>
                      </tr>
                    )),
                  )}
                </tbody>
              </table>
            </div>
            {x.refused > p.items.length && (
              <p className="bd t12 dd">{s.result.refusedMore(f.num(x.refused - p.items.length))}</p>
            )}
          </>
        )}
      </Block>
    </section>
  );
}
