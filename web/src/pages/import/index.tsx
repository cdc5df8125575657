/* Import in four steps: file, columns, check, run; below the first, what was imported before. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '../../api/client';
import { importKeys, useImport, useImports, type Import, type ImportKind } from '../../api/imports';
import { ApiError, problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useTitle } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, Seg } from '../../kit';
import { Check } from './check';
import { Columns } from './columns';
import { Result } from './result';
import type { ImportTexts } from './en';
import { useImportTexts } from './texts';
import '../../css/form.css';
import './import.css';

export default function ImportPage() {
  const s = useImportTexts();
  const p = useParams<{ id?: string; part?: string }>();
  useTitle(s.title);
  return p.id ? <One key={p.id} id={p.id} part={p.part} /> : <Start />;
}

function Steps({ at }: { at: number }) {
  const s = useImportTexts();
  return (
    <ol className="steps" aria-label={s.stepsLabel}>
      {s.steps.map((name, i) => (
        <li key={name} className={i < at ? 'past' : ''} aria-current={i === at ? 'step' : undefined}>
          <span className="stepn">{i < at ? <Icon n="check" size="xs" /> : i + 1}</span>
          {name}
        </li>
      ))}
    </ol>
  );
}

const LIMIT_BYTES = 256 * 1024 * 1024; // of the server: base/limits.h

/* Where the file stops being a table, and why; or that it is none at all, which no row is to blame for. */
function unreadable(e: unknown, s: ImportTexts): string | undefined {
  const at = e instanceof ApiError ? e.problem?.errors?.find((x) => x.pointer === 'file') : undefined;
  if (!at?.note) return undefined;
  if (at.code === 'bad_type') return s.drop.not;
  return /^\D+\d+:/.test(at.note) ? s.drop.unreadable(at.note) : s.drop.none;
}

function Start() {
  const s = useImportTexts();
  const t = useT();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [kind, setKind] = useState<ImportKind>('leads');
  const [over, setOver] = useState(false);
  const [wrong, setWrong] = useState<'not' | 'big' | 'empty'>();
  const file = useRef<HTMLInputElement>(null);
  const send = useMutation({
    mutationFn: (f: File) =>
      api.file<Import>('/imports', { body: f, type: 'text/csv' }, { name: f.name, kind }),
    onSuccess: (x) => {
      qc.setQueryData(importKeys.one(x.id), x);
      void qc.invalidateQueries({ queryKey: importKeys.list, exact: true });
      go('/import/' + x.id);
    },
  });
  const take = (f: File | undefined) => {
    if (!f) return;
    const bad = !/\.(csv|tsv|txt)$/i.test(f.name)
      ? 'not'
      : f.size > LIMIT_BYTES
        ? 'big'
        : f.size === 0
          ? 'empty'
          : undefined;
    setWrong(bad);
    if (!bad) send.mutate(f);
  };
  return (
    <>
      <h1>{s.title}</h1>
      <Steps at={0} />
      <div
        className={'card dropbox' + (over ? ' over' : '')}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(e) => {
          e.preventDefault();
          setOver(false);
          take(e.dataTransfer.files[0]);
        }}
      >
        <Icon n="upload" size="l" />
        <h2 className="t16 b">{send.isPending ? s.drop.sending : s.drop.title}</h2>
        <Seg
          label={s.drop.what}
          value={kind}
          onChange={setKind}
          items={[
            { id: 'leads', label: s.drop.leads },
            { id: 'events', label: s.drop.events },
          ]}
        />
        <input
          ref={file}
          type="file"
          accept=".csv,.tsv,.txt,text/csv"
          className="vh"
          tabIndex={-1}
          aria-label={s.drop.pick}
          onChange={(e) => {
            take(e.currentTarget.files?.[0]);
            e.currentTarget.value = '';
          }}
        />
        <button className="btn p l" disabled={send.isPending} onClick={() => file.current?.click()}>
          {s.drop.pick}
        </button>
        <p className="t12 dd">{s.drop.hint}</p>
        {(wrong || send.error) && (
          <p className="failed" role="alert">
            <Icon n="warn" size="s" />
            {wrong ? s.drop[wrong] : (unreadable(send.error, s) ?? problemText(send.error, t))}
          </p>
        )}
      </div>
      <Past />
    </>
  );
}

const tone: Record<Import['state'], string> = {
  preview: '',
  running: 'acc',
  done: 'ok',
  failed: 'bad',
  stopped: 'warn',
  undoing: 'acc',
  undone: '',
};

function Past() {
  const s = useImportTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useImports();
  return (
    <section className="card">
      <div className="hd">
        <h2>{s.past.title}</h2>
      </div>
      <Block q={q} rows={3}>
        {(p) =>
          p.items.length ? (
            <div className="scrollx" tabIndex={0} role="region" aria-label={s.past.title}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{s.past.name}</th>
                    <th scope="col">{s.past.when}</th>
                    <th scope="col">{s.past.state}</th>
                    {(['rows', 'accepted', 'updated', 'repeated', 'refused'] as const).map((k) => (
                      <th key={k} scope="col" className="num">
                        {s.past[k]}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {p.items.map((x) => (
                    <tr key={x.id}>
                      <td>
                        <Link href={'/import/' + x.id} className="m">
                          {x.name}
                        </Link>
                      </td>
                      <td className="nw d">{f.when(x.created_at, now)}</td>
                      <td>
                        <span className={'tag ' + tone[x.state]}>{s.state[x.state]}</span>
                      </td>
                      {([x.rows ?? x.done, x.accepted, x.updated, x.repeated, x.refused] as const).map(
                        (v, i) => (
                          <td key={i} className={'num ' + (i === 4 && v ? 'bad b' : '')}>
                            <Link href={'/import/' + x.id} className="plain">
                              {f.num(v)}
                            </Link>
                          </td>
                        ),
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <p className="bd t13 d">{s.past.none}</p>
          )
        }
      </Block>
    </section>
  );
}

function One({ id, part }: { id: string; part?: string }) {
  const s = useImportTexts();
  const q = useImport(id);
  const x = q.data;
  const at = !x ? 1 : x.state !== 'preview' ? 3 : part === 'check' ? 2 : 1;
  return (
    <>
      <header className="row wrap g12">
        <h1 className="filename">{x ? x.name : s.title}</h1>
        <Link className="sp btn s" href="/import">
          {s.result.again}
        </Link>
      </header>
      <Steps at={at} />
      <Block q={q} rows={6}>
        {(d) => (at === 1 ? <Columns x={d} /> : at === 2 ? <Check x={d} /> : <Result x={d} />)}
      </Block>
    </>
  );
}
