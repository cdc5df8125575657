/* Step 3: the first rows with what is wrong in place; the next button is the first that changes anything. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';
import { api } from '../../api/client';
import { importKeys, type CellFault, type Import } from '../../api/imports';
import { problemText } from '../../api/problem';
import type { Stage } from '../../api/types';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Icon, Select } from '../../kit';
import { dateColumns, toSend, withConstant } from './mapping';
import { useImportTexts } from './texts';

/* Faults of one cell: by its place, else by its heading. */
export const faultsAt = (list: CellFault[], index: number, name: string): CellFault[] =>
  list.filter((e) => (typeof e.index === 'number' ? e.index === index : e.column === name));
const ofRow = (list: CellFault[]) => list.filter((e) => (e.index ?? -1) < 0 && !e.column);

export function Check({ x }: { x: Import }) {
  const s = useImportTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const run = useMutation({
    mutationFn: () => api.post<Import>(`/imports/${x.id}/run`),
    onSuccess: (d) => {
      qc.setQueryData<Import>(importKeys.one(x.id), (old) => ({
        ...old!,
        ...d,
        state: d?.state ?? 'running',
      }));
      void qc.invalidateQueries({ queryKey: importKeys.list, exact: true });
      go('/import/' + x.id);
    },
  });
  const rows = (x.preview ?? []).slice(0, 20);
  const errors = x.preview_errors ?? [];
  // A spreadsheet counts the heading as row 1.
  const number = (i: number) => x.preview_rows?.[i] ?? i + 2;
  const at = new Map(errors.map((e) => [e.row, e.errors]));
  const beyond = errors.filter((e) => e.row > number(rows.length - 1)).slice(0, 20);
  const badRows = x.would_refuse ?? errors.length;
  const tried = f.num(x.checked ?? rows.length);
  const used = new Map((x.mapping?.columns ?? []).map((c) => [c.index, c]));
  const now = useNow(60);
  /* What the cell becomes, told as it will stand on a card. */
  const told = (row: number, column: number): string | undefined => {
    const v = x.preview_becomes?.[row]?.[column];
    const { field, format } = used.get(column)!;
    if (v === '') return s.check.nothing;
    if (typeof v === 'number') return f.exact(v);
    if (typeof v === 'boolean') return v ? s.check.yes : s.check.no;
    if (!v || format === 'date') return v ? f.dateTime(v, now) : undefined;
    return field === 'phone' ? f.phone(v) : (t.stage[v as Stage] ?? v);
  };
  const dates = dateColumns(x.columns ?? [], x.mapping);
  const columns = (x.columns ?? []).filter((c) => used.get(c.index)?.field);
  return (
    <>
      <section className="card">
        <div className="hd wrap">
          <h2>{s.check.title}</h2>
          <span className={'tag ' + (badRows ? 'warn' : 'ok')}>
            <Icon n={badRows ? 'warn' : 'check'} size="xs" />
            {badRows ? s.check.bad(badRows, tried) : s.check.ok(tried)}
          </span>
        </div>
        <div className="scrollx" tabIndex={0} role="region" aria-label={s.check.title}>
          <table className="prev">
            <thead>
              <tr>
                <th scope="col" className="num">
                  {s.check.row}
                </th>
                {columns.map((c) => (
                  <th key={c.index} scope="col">
                    <span className="col">
                      <span>{c.name}</span>
                      <b className="m d">{fieldName(used.get(c.index)!.field, s.fields)}</b>
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((r, i) => {
                const row = at.get(number(i)) ?? [];
                return (
                  <tr key={i} className={row.length ? 'badrow' : ''}>
                    <th scope="row" className="num">
                      {number(i)}
                      {ofRow(row).map((e) => (
                        <span key={e.code} className="cellbad t12">
                          {s.codes[e.code] ?? e.detail ?? e.code}
                        </span>
                      ))}
                    </th>
                    {columns.map((c) => {
                      const bad = faultsAt(row, c.index, c.name);
                      const said = bad.length ? undefined : told(i, c.index);
                      const becomes = said && !sameText(said, r[c.index] ?? '') ? said : undefined;
                      return (
                        <td key={c.index} className={bad.length ? 'cellfault' : ''}>
                          <span className="cut">{r[c.index] || <span className="dd">—</span>}</span>
                          {becomes && (
                            <span className="becomes t12 d">
                              <Icon n="right" size="xs" />
                              {becomes}
                            </span>
                          )}
                          {bad.map((e) => (
                            <span key={e.code} className="cellbad t12">
                              <Icon n="warn" size="xs" />
                              {s.codes[e.code] ?? e.detail ?? e.code}
                            </span>
                          ))}
                        </td>
                      );
                    })}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      </section>
      {(x.undated ?? 0) > 0 && (
        <p className="linebar" role="status">
          <Icon n="warn" size="s" />
          <span>
            {s.check.undated(x.undated!, tried)}{' '}
            {dates.decided
              ? s.check.undatedSome(dates.decided)
              : dates.others.length
                ? s.check.undatedMap(dates.others)
                : s.check.undatedNone}
          </span>
        </p>
      )}
      <Unended x={x} />
      {beyond.length > 0 && (
        <section className="card">
          <div className="hd">
            <h2>{s.check.others}</h2>
          </div>
          <ul className="bd beyond t13">
            {beyond.map((e) => (
              <li key={e.row}>
                <b className="m">
                  {s.check.row} {f.num(e.row)}
                </b>
                {': '}
                {e.errors
                  .map((c) => [c.column, s.codes[c.code] ?? c.code].filter(Boolean).join(' '))
                  .join('; ')}
              </li>
            ))}
          </ul>
        </section>
      )}
      {run.error && (
        <p className="failed" role="alert">
          <Icon n="warn" size="s" />
          {problemText(run.error, t)}
        </p>
      )}
      <div className="row wrap g6">
        <Link className="btn l" href={'/import/' + x.id}>
          {s.check.back}
        </Link>
        <button className="btn p l" disabled={run.isPending} onClick={() => run.mutate()}>
          {x.rows ? s.check.go(f.num(x.rows), x.rows) : s.check.goAll}
        </button>
        <span className="t12 dd">{s.check.after}</span>
      </div>
    </>
  );
}

/* Leads of which the file tells no end, and what they count as. Where a column tells of ends, what an empty cell of it means may be chosen. */
function Unended({ x }: { x: Import }) {
  const s = useImportTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const m = x.mapping;
  const lost = m?.constants?.outcome === 'lost';
  const told = m?.columns.some((c) => c.field === 'outcome') ?? false;
  const staged = told || m?.columns.some((c) => c.field === 'stage');
  const take = useMutation({
    mutationFn: (outcome: string | undefined) =>
      api.patch<Import>('/imports/' + x.id, { mapping: toSend(withConstant(m!, 'outcome', outcome)) }),
    onSuccess: (d) => {
      qc.setQueryData<Import>(importKeys.one(x.id), (old) => ({ ...old, ...d }));
      void qc.invalidateQueries({ queryKey: importKeys.one(x.id), exact: true });
    },
  });
  if (!m || (!x.aged && !(lost && told))) return null;
  return (
    <div className="linebar wrap" role="status">
      <Icon n="warn" size="s" />
      <span className="grow">
        {x.aged
          ? s.check.aged(x.aged, f.num(x.checked ?? 0), x.maturity_days!) +
            (staged ? '' : ' ' + s.check.agedUntold)
          : s.check.unendedLost}
        {take.error && <span className="bad"> {problemText(take.error, t)}</span>}
      </span>
      {told && (
        <Select
          label={s.check.unended}
          value={lost ? 'lost' : 'open'}
          items={[
            { id: 'open', label: s.check.unendedAs.open },
            { id: 'lost', label: s.check.unendedAs.lost },
          ]}
          onChange={(v) => !take.isPending && take.mutate(v === 'lost' ? 'lost' : undefined)}
        />
      )}
    </div>
  );
}

/* 1 000,5 is told as 1 000,5: nothing to tell. */
const sameText = (a: string, b: string) => plainText(a) === plainText(b);
const plainText = (s: string) => s.replace(/\s+/g, ' ').trim().toLowerCase();

const fieldName = (f: string, names: Record<string, string>) =>
  names[f] ?? f.replace(/^(fact|properties)\./, '');
