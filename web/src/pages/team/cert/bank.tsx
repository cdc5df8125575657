/* The bank of questions of a product: a list with what the answers say of each, one edited at a time, a table loaded after a look. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { fieldErrors, problemText } from '../../../api/problem';
import {
  questionKinds,
  skillKeys,
  useQuestions,
  type Imported,
  type Product,
  type Question,
  type QuestionKind,
} from '../../../api/skills';
import { useFmt, useT } from '../../../i18n';
import { Block, Dialog, Empty, Field, Icon, Select, toast } from '../../../kit';
import { useCertTexts } from './texts';
import '../../../css/form.css';

const WEAK = 0.2;

export function Bank({ product, onClose }: { product: Product; onClose: () => void }) {
  const s = useCertTexts().bank;
  const q = useQuestions(product.id);
  const [edit, setEdit] = useState<Question | 'new'>();
  const [load, setLoad] = useState(false);
  return (
    <Dialog open onClose={onClose} title={s.title(product.name)}>
      <div className="form wide bank">
        {edit ? (
          <Edit
            key={edit === 'new' ? '' : edit.id}
            product={product.id}
            question={edit === 'new' ? undefined : edit}
            onDone={() => setEdit(undefined)}
          />
        ) : load ? (
          <Load product={product.id} onDone={() => setLoad(false)} />
        ) : (
          <>
            <div className="row wrap g6">
              <button className="btn s p" onClick={() => setEdit('new')}>
                <Icon n="plus" size="s" />
                {s.add}
              </button>
              <button className="btn s" onClick={() => setLoad(true)}>
                <Icon n="upload" size="s" />
                {s.load}
              </button>
              <a className="btn s" href={'/api/v1/export/questions.csv?product=' + product.id} download>
                <Icon n="download" size="s" />
                {s.save}
              </a>
            </div>
            <Block q={q} rows={5}>
              {(d) =>
                d.items.length ? (
                  <ol className="qlist">
                    {d.items.map((x) => (
                      <Row key={x.id} x={x} onOpen={() => setEdit(x)} />
                    ))}
                  </ol>
                ) : (
                  <Empty title={s.none}>
                    <p className="t13 d">{s.noneHint}</p>
                  </Empty>
                )
              }
            </Block>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Row({ x, onOpen }: { x: Question; onOpen: () => void }) {
  const s = useCertTexts().bank;
  const f = useFmt();
  const g = x.figures;
  const weak = g.enough && typeof g.discrimination === 'number' && g.discrimination < WEAK;
  return (
    <li>
      <button className="qrow" onClick={onOpen}>
        <span>{x.text}</span>
        <span className="row wrap g6 t12 dd">
          <span>{s.kinds[x.kind]}</span>
          <span>{s.points(x.weight)}</span>
          {x.topics.map((w) => (
            <span key={w} className="tag">
              {w}
            </span>
          ))}
          {!x.active && <span className="tag warn">{s.off}</span>}
          {g.enough ? (
            <span>
              {s.figures(f.num(g.shown), f.pct(g.share ?? 0), f.pct(g.low ?? 0), f.pct(g.high ?? 0))}
            </span>
          ) : (
            <span>{s.early(g.shown)}</span>
          )}
          {typeof g.discrimination === 'number' && (
            <span className={weak ? 'warn' : ''} title={s.tellsHint}>
              {s.tells(f.exact(g.discrimination))}
              {weak && ': ' + s.tellsWeak}
            </span>
          )}
        </span>
      </button>
    </li>
  );
}

type Draft = {
  kind: QuestionKind;
  text: string;
  options: string[];
  right: boolean[];
  value: string;
  within: string;
  accepted: string;
  topics: string;
  weight: string;
  active: boolean;
};

function draftOf(q?: Question): Draft {
  const places = q && Array.isArray(q.answer) && (q.kind === 'one' || q.kind === 'several') ? q.answer : [];
  const options = q?.options.length ? q.options : ['', ''];
  const number = q && !Array.isArray(q.answer) ? q.answer : undefined;
  return {
    kind: q?.kind ?? 'one',
    text: q?.text ?? '',
    options,
    right: options.map((_, i) => (places as number[]).includes(i)),
    value: number ? String(number.value) : '',
    within: number?.within ? String(number.within) : '',
    accepted: q?.kind === 'text' ? (q.answer as string[]).join('\n') : '',
    topics: q?.topics.join(', ') ?? '',
    weight: String(q?.weight ?? 1),
    active: q?.active ?? true,
  };
}

const decimal = (v: string) => Number(v.trim().replace(',', '.') || '0');

function bodyOf(x: Draft) {
  const choice = x.kind === 'one' || x.kind === 'several';
  const parts = (v: string, by: RegExp) =>
    v
      .split(by)
      .map((w) => w.trim())
      .filter(Boolean);
  return {
    kind: x.kind,
    text: x.text.trim(),
    options: choice ? x.options : [],
    answer: choice
      ? x.right.flatMap((r, i) => (r ? [i] : []))
      : x.kind === 'number'
        ? { value: decimal(x.value), within: decimal(x.within) }
        : parts(x.accepted, /\n/),
    topics: parts(x.topics, /,/),
    weight: Number(x.weight) || 1,
    active: x.active,
  };
}

function Edit({ product, question, onDone }: { product: string; question?: Question; onDone: () => void }) {
  const s = useCertTexts().bank;
  const t = useT();
  const qc = useQueryClient();
  const [x, set] = useState(() => draftOf(question));
  const put = (p: Partial<Draft>) => set((o) => ({ ...o, ...p }));
  const done = () => {
    skillKeys.forEach((k) => void qc.invalidateQueries({ queryKey: [k] }));
    onDone();
  };
  const save = useMutation({
    mutationFn: () =>
      question
        ? api.patch<Question>('/questions/' + question.id, bodyOf(x), question.version)
        : api.post<Question>(`/products/${product}/questions`, bodyOf(x)),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: () => api.del('/questions/' + question!.id),
    onSuccess: done,
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const bad = fieldErrors(save.error);
  const choice = x.kind === 'one' || x.kind === 'several';
  const [check, setCheck] = useState(false);
  const unmarked = choice && !x.right.some(Boolean);
  const mark = (i: number, on: boolean) =>
    put({ right: x.right.map((r, k) => (k === i ? on : x.kind === 'one' ? false : r)) });
  return (
    <form
      className="col g12"
      onSubmit={(e) => {
        e.preventDefault();
        setCheck(true);
        if (!unmarked) save.mutate();
      }}
    >
      <div className="two">
        <Select
          label={s.kind}
          value={x.kind}
          items={questionKinds.map((k) => ({ id: k, label: s.kinds[k] }))}
          onChange={(kind) => put({ kind: kind as QuestionKind })}
        />
        <Field
          label={s.weight}
          inputMode="numeric"
          pattern="[1-9]|10"
          value={x.weight}
          error={bad.weight}
          onChange={(e) => put({ weight: e.currentTarget.value })}
        />
      </div>
      <div className="field">
        <label htmlFor="qtext">{s.text}</label>
        <textarea
          id="qtext"
          className="in"
          rows={3}
          required
          maxLength={2000}
          value={x.text}
          onChange={(e) => put({ text: e.currentTarget.value })}
        />
        {bad.text && <span className="bad t12">{bad.text}</span>}
      </div>
      {choice && (
        <fieldset className="plainset">
          {x.options.map((o, i) => (
            <div className="row g6" key={i}>
              <input
                type={x.kind === 'one' ? 'radio' : 'checkbox'}
                name="right"
                aria-label={s.right(i + 1)}
                checked={!!x.right[i]}
                onChange={(e) => mark(i, e.currentTarget.checked)}
              />
              <input
                className="in grow"
                aria-label={s.option(i + 1)}
                placeholder={s.option(i + 1)}
                maxLength={500}
                value={o}
                onChange={(e) => {
                  const v = e.currentTarget.value;
                  put({ options: x.options.map((w, k) => (k === i ? v : w)) });
                }}
              />
              {x.options.length > 2 && (
                <button
                  type="button"
                  className="btn g s ic"
                  aria-label={s.dropOption(i + 1)}
                  onClick={() =>
                    put({
                      options: x.options.filter((_, k) => k !== i),
                      right: x.right.filter((_, k) => k !== i),
                    })
                  }
                >
                  <Icon n="trash" size="s" />
                </button>
              )}
            </div>
          ))}
          {x.options.length < 12 && (
            <button
              type="button"
              className="btn g s"
              onClick={() => put({ options: [...x.options, ''], right: [...x.right, false] })}
            >
              {s.addOption}
            </button>
          )}
        </fieldset>
      )}
      {x.kind === 'number' && (
        <div className="two">
          <Field
            label={s.value}
            inputMode="decimal"
            required
            value={x.value}
            onChange={(e) => put({ value: e.currentTarget.value })}
          />
          <Field
            label={s.within}
            inputMode="decimal"
            value={x.within}
            onChange={(e) => put({ within: e.currentTarget.value })}
          />
        </div>
      )}
      {x.kind === 'text' && (
        <div className="field">
          <label htmlFor="qacc">{s.accepted}</label>
          <textarea
            id="qacc"
            className="in"
            rows={3}
            required
            value={x.accepted}
            onChange={(e) => put({ accepted: e.currentTarget.value })}
          />
          <span className="dd t12">{s.acceptedHint}</span>
        </div>
      )}
      {check && unmarked ? (
        <p className="bad t12" role="alert">
          {s.markRight}
        </p>
      ) : (
        bad.answer && <p className="bad t12">{bad.answer}</p>
      )}
      <Field
        label={s.topics}
        value={x.topics}
        error={bad.topics}
        onChange={(e) => put({ topics: e.currentTarget.value })}
      />
      <label className="row t13 check">
        <input
          type="checkbox"
          checked={x.active}
          onChange={(e) => put({ active: e.currentTarget.checked })}
        />
        {s.active}
      </label>
      {save.error && !Object.keys(bad).length && <p className="bad t13">{problemText(save.error, t)}</p>}
      <div className="row g6">
        {question && (
          <button type="button" className="btn g" disabled={remove.isPending} onClick={() => remove.mutate()}>
            {s.remove}
          </button>
        )}
        <button type="button" className="btn sp" onClick={onDone}>
          {t.cancel}
        </button>
        <button className="btn p" disabled={save.isPending}>
          {s.keep}
        </button>
      </div>
    </form>
  );
}

function Load({ product, onDone }: { product: string; onDone: () => void }) {
  const s = useCertTexts().bank;
  const t = useT();
  const qc = useQueryClient();
  const [csv, setCsv] = useState('');
  const look = useMutation({
    mutationFn: (text: string) =>
      api.post<Imported>(`/products/${product}/questions/import`, { csv: text, dry: true }),
  });
  const take = useMutation({
    mutationFn: () => api.post<Imported>(`/products/${product}/questions/import`, { csv }),
    onSuccess: () => {
      toast(s.taken);
      skillKeys.forEach((k) => void qc.invalidateQueries({ queryKey: [k] }));
      onDone();
    },
  });
  const read = async (file?: File) => {
    if (!file) return;
    const text = await file.text();
    setCsv(text);
    look.mutate(text);
  };
  const d = look.data;
  const error = look.error ?? take.error;
  return (
    <div className="col g12">
      <h3 className="t13 b">{s.importTitle}</h3>
      <p className="t12 d">{s.importHint}</p>
      <Field
        label={s.file}
        type="file"
        accept=".csv,text/csv"
        onChange={(e) => void read(e.currentTarget.files?.[0])}
      />
      {d && (
        <div role="status" className="col g6">
          <p className="said t13">{s.look(d.added, d.changed)}</p>
          {d.bad.length > 0 && (
            <>
              <p className="bad t13">{s.badRows(d.bad.length)}</p>
              <ul className="t12 d">
                {d.bad.slice(0, 50).map((b) => (
                  <li key={b.row}>
                    {s.badRow(b.row, b.column)}
                    {b.detail && ': ' + b.detail}
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
      {error && <p className="bad t13">{problemText(error, t)}</p>}
      <div className="row g6">
        <button className="btn sp" onClick={onDone}>
          {t.cancel}
        </button>
        <button
          className="btn p"
          disabled={!d || d.added + d.changed === 0 || take.isPending}
          onClick={() => take.mutate()}
        >
          {s.take((d?.added ?? 0) + (d?.changed ?? 0))}
        </button>
      </div>
    </div>
  );
}
