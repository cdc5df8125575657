/* The scoring model: rules as sentences, points by stepper, and beside them what the change would do to real leads. */
import { useMemo, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { ApiError, problemText } from '../../api/problem';
import { useHits, useModel, useModels, type Criterion, type ModelBody } from '../../api/models';
import { may, useMe, useTitle } from '../../app/session';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Empty, Failed, Icon, Skeleton, toast } from '../../kit';
import { eventsIn } from '../../part/cond/cond';
import { GroupCard } from './groups';
import { diff, faultsByCriterion, makeId, withCriterion } from './model';
import { RuleDialog } from './rule';
import { useScoringTexts } from './texts';
import { Thresholds } from './thresholds';
import { useDraft } from './use-draft';
import { Versions } from './versions';
import { WhatIf } from './whatif';
import './scoring.css';

const standardEvents = [
  'Page Viewed',
  'Demo Requested',
  'Form Submitted',
  'Email Opened',
  'Email Link Clicked',
  'Signed Up',
  'Order Completed',
];

export default function Scoring() {
  const p = useParams<{ id?: string; part?: string }>();
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const me = useMe();
  const [, go] = useLocation();
  useTitle(s.title);
  const models = useModels();
  const rows = models.data?.items ?? [];
  const live = rows.find((m) => m.state === 'live');
  const newestDraft = rows
    .filter((m) => m.state === 'draft')
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
  const id = p.id ?? newestDraft?.id ?? live?.id;
  const shown = useModel(id);
  const liveModel = useModel(live?.id);
  const edit = may(me, 'model.edit');
  const d = useDraft(shown.data, (made) => go(`/scoring/${made}/draft`, { replace: true }));
  const [rule, setRule] = useState<Criterion | { group: string }>();
  const [limits, setLimits] = useState(false);
  const hits = useHits(id);

  const body = d.body;
  const base = liveModel.data?.body;
  const changes = useMemo(() => (base && body ? diff(base, body) : []), [base, body]);
  const events = useMemo(() => {
    const all = new Set(standardEvents);
    for (const c of body?.criteria ?? []) eventsIn(c.when, all);
    return [...all].sort();
  }, [body]);

  const failed = models.error ?? shown.error ?? liveModel.error;
  if (failed && !body)
    return (
      <>
        <h1>{s.title}</h1>
        <Failed
          error={failed}
          retry={() => {
            void models.refetch();
            if (id) void shown.refetch();
            if (liveModel.error) void liveModel.refetch();
          }}
        />
      </>
    );
  if (models.data && !rows.length)
    return (
      <>
        <h1>{s.title}</h1>
        <Empty title={s.vers.none} />
      </>
    );
  if (!body || !base || !shown.data)
    return (
      <>
        <h1>{s.title}</h1>
        <Skeleton rows={8} />
      </>
    );

  const model = shown.data;
  const past = model.state === 'retired';
  const canEdit = edit && !past;
  const faults = faultsByCriterion(body, d.error instanceof ApiError ? (d.error.problem?.errors ?? []) : []);
  const change = (b: ModelBody) => canEdit && d.change(b);
  const nextVersion = Math.max(0, ...rows.map((r) => r.version)) + 1;

  return (
    <>
      <header className="row wrap g12">
        <h1>{s.title}</h1>
        {live && (
          <span className="tag ok">
            {s.works(live.version, f.date(live.published_at ?? live.created_at, now))}
          </span>
        )}
        {(model.state === 'draft' || changes.length > 0) && !past && (
          <span className="tag acc">{s.draft(changes.length)}</span>
        )}
        {d.state !== 'clean' && (
          <span className={'t12 ' + (d.state === 'failed' ? 'bad' : 'dd')} role="status">
            {d.state === 'failed' ? s.notSaved : s.saving}
          </span>
        )}
        <span className="sp row wrap g6">
          {canEdit && changes.length > 0 && (
            <button
              className="btn s g"
              onClick={() => {
                d.change(base);
                toast(s.resetDone, { undo: () => d.change(body) });
              }}
            >
              <Icon n="undo" size="s" />
              {s.reset}
            </button>
          )}
          <button className="btn s" onClick={() => go(`/scoring/${model.id}/versions`)}>
            {s.versions}
          </button>
          <button className="btn s" onClick={() => setLimits(true)}>
            {s.thresholds(body.warm, body.hot)}
          </button>
        </span>
      </header>
      {!edit && (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.readOnly}
        </p>
      )}
      {past && (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.viewing(model.version)}
        </p>
      )}
      {d.state === 'failed' && (
        <div className="failed" role="alert">
          <Icon n="warn" />
          <span>
            {problemText(d.error, t)}
            {faults.rest.length > 0 && ': ' + faults.rest.join('; ')}
          </span>
          <button className="btn s" onClick={() => void d.flush().catch(() => undefined)}>
            {t.retry}
          </button>
        </div>
      )}
      <div className={edit ? 'ed' : 'ed read'}>
        <div>
          {!body.criteria.length && <Empty title={s.noRules} />}
          {body.groups.map((g) => (
            <GroupCard
              key={g.name}
              group={g}
              body={body}
              base={base}
              changes={changes}
              hits={hits.data}
              events={events}
              faults={faults.byId}
              edit={canEdit}
              onBody={change}
              onAdd={() => setRule({ group: g.name })}
              onOpen={setRule}
            />
          ))}
        </div>
        {edit && (
          <div>
            <WhatIf
              model={model}
              body={body}
              changed={changes.length > 0}
              canPublish={canEdit && (changes.length > 0 || model.state === 'draft') && d.state !== 'failed'}
              nextVersion={nextVersion}
              liveVersion={live?.version ?? 0}
              flush={d.flush}
              draftId={() => d.draftId() ?? model.id}
            />
          </div>
        )}
      </div>
      {rule && (
        <RuleDialog
          start={rule}
          body={body}
          events={events}
          edit={canEdit}
          onClose={() => setRule(undefined)}
          onKeep={(c) => {
            setRule(undefined);
            if (body.criteria.some((x) => x.id === c.id)) change(withCriterion(body, c.id, c));
            else {
              const title = c.title?.en || c.title?.ru || '';
              const made = {
                ...c,
                id: makeId(
                  title,
                  body.criteria.map((x) => x.id),
                ),
              };
              change({ ...body, criteria: [...body.criteria, made] });
            }
          }}
        />
      )}
      {limits && (
        <Thresholds
          body={body}
          events={events}
          edit={canEdit}
          onClose={() => setLimits(false)}
          onApply={(b) => {
            setLimits(false);
            change(b);
          }}
        />
      )}
      <Versions
        open={p.part === 'versions'}
        rows={rows}
        current={model.id}
        edit={edit}
        onClose={() => go(model.state === 'live' ? '/scoring/' + model.id : `/scoring/${model.id}/draft`)}
      />
    </>
  );
}
