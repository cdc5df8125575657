/* The model as one text: to be read, saved, put under version control, and taken back; faults stand at their line. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { api } from '../../api/client';
import { modelKeys, type Model } from '../../api/models';
import { ApiError, problemText } from '../../api/problem';
import { useT } from '../../i18n';
import { Dialog, Failed, Icon, Skeleton, toast } from '../../kit';
import { useScoringTexts } from './texts';

export function FileDialog({
  model,
  edit,
  flush,
  onClose,
  onMade,
}: {
  model: Model;
  edit: boolean;
  flush: () => Promise<unknown>;
  onClose: () => void;
  onMade: (id: string) => void;
}) {
  const s = useScoringTexts();
  return (
    <Dialog open onClose={onClose} title={s.file.title}>
      <Body model={model} edit={edit} flush={flush} onClose={onClose} onMade={onMade} />
    </Dialog>
  );
}

type Fault = { line: number; text: string };
const faultsOf = (e: unknown): Fault[] =>
  e instanceof ApiError
    ? (e.problem?.errors ?? []).map((x) => ({
        line: Number(/^(\d+):/.exec(x.pointer ?? '')?.[1] ?? 1),
        text: x.detail ?? x.code,
      }))
    : [];

function Body({
  model,
  edit,
  flush,
  onClose,
  onMade,
}: {
  model: Model;
  edit: boolean;
  flush: () => Promise<unknown>;
  onClose: () => void;
  onMade: (id: string) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const qc = useQueryClient();
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLPreElement>(null);
  const [typed, setTyped] = useState<string>();
  const [faults, setFaults] = useState<Fault[]>([]);
  const [failed, setFailed] = useState<string>();
  const [busy, setBusy] = useState(false);
  const q = useQuery({
    queryKey: ['models', model.id, 'file'],
    queryFn: async () => {
      await flush().catch(() => undefined);
      return api.get<string>(`/models/${model.id}/file`);
    },
    staleTime: 0,
    gcTime: 0,
  });
  if (q.error) return <Failed error={q.error} retry={() => void q.refetch()} />;
  if (q.data === undefined) return <Skeleton rows={8} />;
  const text = typed ?? q.data;
  const lines = text.split('\n').length;
  const show = (line: number) => {
    const el = box.current;
    if (!el) return;
    const at =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0);
    const end = text.indexOf('\n', at);
    el.focus();
    el.setSelectionRange(at, end < 0 ? text.length : end);
    el.scrollTop = Math.max(0, (line - 8) * 18);
  };
  const take = async () => {
    setBusy(true);
    setFaults([]);
    setFailed(undefined);
    let of = model;
    try {
      await flush().catch(() => undefined);
      if (of.state !== 'draft') of = await api.post<Model>('/models', { from: of.id, name: of.name });
      const m = await api.put<Model>(`/models/${of.id}/file`, undefined, {
        raw: { body: text, type: 'text/plain; charset=utf-8' },
      });
      qc.setQueryData(modelKeys.one(m.id), m);
      void qc.invalidateQueries({ queryKey: modelKeys.list });
      toast(s.file.taken);
      onClose();
      if (m.id !== model.id) onMade(m.id);
    } catch (e) {
      if (of !== model) await api.del('/models/' + of.id).catch(() => undefined);
      const list = faultsOf(e);
      setFaults(list);
      setFailed(list.length ? undefined : problemText(e, t));
      if (list[0]) show(list[0].line);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="form wide filedlg">
      <p className="t13 d">{s.file.hint}</p>
      <div className="codebox">
        <pre ref={gutter} aria-hidden="true">
          {Array.from({ length: lines }, (_, i) => (
            <span key={i} className={faults.some((x) => x.line === i + 1) ? 'bad b' : ''}>
              {i + 1 + '\n'}
            </span>
          ))}
        </pre>
        <textarea
          ref={box}
          aria-label={s.file.title}
          aria-describedby={faults.length ? id : undefined}
          aria-invalid={faults.length > 0 || undefined}
          spellCheck={false}
          wrap="off"
          readOnly={!edit}
          value={text}
          onChange={(e) => setTyped(e.currentTarget.value)}
          onScroll={(e) => {
            if (gutter.current) gutter.current.scrollTop = e.currentTarget.scrollTop;
          }}
        />
      </div>
      {faults.length > 0 && (
        <div id={id} role="alert">
          <ul className="filefaults">
            {faults.map((x, i) => (
              <li key={i} className="t13">
                <button type="button" className="lnk" onClick={() => show(x.line)}>
                  {s.file.line(x.line)}
                </button>{' '}
                <span className="bad">{x.text}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {failed && (
        <p className="failed" role="alert">
          <Icon n="warn" size="s" />
          {failed}
        </p>
      )}
      <div className="row wrap g6 dlg-acts">
        <a className="btn" href={`/api/v1/models/${model.id}/file`} download={model.name + '.model'}>
          {s.file.save}
        </a>
        {edit && (
          <label className="btn filepick">
            {s.file.open}
            <input
              type="file"
              className="vh"
              accept=".model,.json,.txt,text/plain,application/json"
              onChange={(e) => {
                void e.currentTarget.files?.[0]?.text().then((x) => {
                  setTyped(x);
                  setFaults([]);
                });
              }}
            />
          </label>
        )}
        <button type="button" className="btn sp" onClick={onClose}>
          {t.cancel}
        </button>
        {edit && (
          <button
            className="btn p"
            disabled={busy || typed === undefined || typed === q.data}
            onClick={() => void take()}
          >
            {s.file.take}
          </button>
        )}
      </div>
    </div>
  );
}
