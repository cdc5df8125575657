/* The ideal customer as conditions: each a sentence whose values open, its name and its weight. Publishing makes a new version of the model. */
import { useState } from 'react';
import type { IcpCondition } from '../../api/models';
import { problemText } from '../../api/problem';
import { useFmt, useLang, useT } from '../../i18n';
import { Block, Icon } from '../../kit';
import { useAxesT } from '../../part/axes/text';
import { Sentence } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import { useLiveModel, usePublish, type LiveModel } from './publish';

const itemsOf = (m: LiveModel): IcpCondition[] => m.body.icp?.conditions ?? [];

export function IdealCustomer({ edit }: { edit: boolean }) {
  const t = useAxesT();
  const live = useLiveModel();
  return (
    <section className="card" aria-labelledby="icp-h">
      <div className="hd">
        <h2 id="icp-h">{t.icp}</h2>
      </div>
      <div className="bd">
        <Block q={live} rows={3}>
          {(m) => <Conditions key={m.id} m={m} edit={edit} />}
        </Block>
      </div>
    </section>
  );
}

function Conditions({ m, edit }: { m: LiveModel; edit: boolean }) {
  const tt = useT();
  const t = useAxesT();
  const f = useFmt();
  const lang = useLang();
  const first = itemsOf(m);
  const [list, setList] = useState(first);
  const publish = usePublish();
  const put = (i: number, patch: Partial<IcpCondition>) =>
    setList(list.map((x, k) => (k === i ? { ...x, ...patch } : x)));
  const whole = list.every((x) => holes(x.when).length === 0);
  const changed = JSON.stringify(list) !== JSON.stringify(first);
  const all = list.reduce((n, x) => n + (x.weight ?? 1), 0);
  return (
    <div className="col g12">
      <p className="d t13">{t.icpHow}</p>
      {!list.length && <p className="dd t13">{t.icpNone}</p>}
      <ul className="col icplist">
        {list.map((x, i) => (
          <li key={i} className="icprow">
            <div className="col g4 min0">
              <input
                className="in"
                disabled={!edit}
                aria-label={t.icpName}
                placeholder={t.icpName}
                maxLength={200}
                value={x.title?.[lang] ?? ''}
                onChange={(e) => put(i, { title: { ...x.title, [lang]: e.currentTarget.value } })}
              />
              <span className="t13">
                {edit ? (
                  <Sentence cond={x.when} onChange={(when) => put(i, { when })} />
                ) : (
                  <Sentence cond={x.when} />
                )}
              </span>
            </div>
            <label className="row g6 t12 d">
              {t.icpWeight}
              <input
                className="in weight"
                type="number"
                min={1}
                max={1000}
                step={1}
                disabled={!edit}
                value={x.weight ?? 1}
                onChange={(e) =>
                  put(i, { weight: Math.max(1, Math.round(Number(e.currentTarget.value) || 1)) })
                }
              />
              <span className="dd num">{f.pct((x.weight ?? 1) / all)}</span>
            </label>
            {edit && (
              <button
                className="btn s ic"
                aria-label={t.icpDrop + ': ' + (x.title?.[lang] ?? String(i + 1))}
                onClick={() => setList(list.filter((_, k) => k !== i))}
              >
                <Icon n="trash" size="s" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {publish.error && (
        <p className="failed" role="alert">
          {problemText(publish.error, tt)}
        </p>
      )}
      {edit && (
        <div className="row g6 wrap">
          <button className="btn s" onClick={() => setList([...list, { title: {}, when: blank('fact') }])}>
            <Icon n="plus" size="s" />
            {t.icpAdd}
          </button>
          <span className="sp" />
          {changed && (
            <button className="btn s" onClick={() => setList(first)}>
              {t.cancel}
            </button>
          )}
          <button
            className="btn s p"
            disabled={!changed || !whole || publish.isPending}
            onClick={() =>
              publish.mutate({
                note: t.icp,
                change: (body) => {
                  const { icp: _was, ...rest } = body;
                  return list.length ? { ...rest, icp: { conditions: list.map(clean) } } : rest;
                },
              })
            }
          >
            {t.publish}
          </button>
        </div>
      )}
    </div>
  );
}

/* Without empty names and the weight that goes without saying. */
function clean(x: IcpCondition): IcpCondition {
  const title = Object.fromEntries(Object.entries(x.title ?? {}).filter(([, v]) => v?.trim()));
  return {
    ...(Object.keys(title).length ? { title } : {}),
    when: x.when,
    ...((x.weight ?? 1) !== 1 ? { weight: x.weight! } : {}),
  };
}
