/* The scoring model: rules as sentences, points by stepper, and beside them what the change would do to real leads. */
import { useMemo, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import {
  previewLeads,
  useHits,
  useLifts,
  useModel,
  useModels,
  type Criterion,
  type Group,
  type ModelBody,
} from '../../api/models';
import { ApiError, problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useKeys } from '../../app/keys';
import { may, useMe, useTitle } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Empty, Failed, Icon, Menu, Skeleton, toast } from '../../kit';
import { eventsIn } from '../../part/cond/cond';
import { factTitle } from '../../part/cond/sentence';
import { useCondTexts } from '../../part/cond/texts';
import { useCheck } from './check';
import { Conflict } from './conflict';
import { FileDialog } from './file';
import { GroupDialog } from './group';
import { GroupCard } from './groups';
import {
  diff,
  idle,
  leaking,
  makeId,
  placed,
  unheardOf,
  withCriterion,
  withoutConditions,
  withoutCriteria,
  type Note,
} from './model';
import { LiftReport } from './liftreport';
import { IdleConditions, IdleRules, NotesList } from './notes';
import { RuleDialog } from './rule';
import { Starters } from './starters';
import { useScoringTexts } from './texts';
import { Thresholds } from './thresholds';
import { useDraft } from './use-draft';
import { useLearnT } from '../../part/learn/text';
import { Suggest } from './suggest';
import { Versions } from './versions';
import { WhatIf } from './whatif';

export default function Workshop() {
  const p = useParams<{ id?: string; part?: string }>();
  const s = useScoringTexts();
  const t = useT();
  const f = useFmt();
  const now = useNow(60);
  const me = useMe();
  const [, go] = useLocation();
  useTitle(s.title);
  const models = useModels();
  const contest = !!models.data?.items.some((m) => m.state === 'challenger'); // then nothing may be published
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
  const [naming, setNaming] = useState<Group | 'new'>();
  const [limits, setLimits] = useState(false);
  const [suggest, setSuggest] = useState(() => new URLSearchParams(location.search).has('suggest'));
  const learn = useLearnT();
  const [file, setFile] = useState(false);
  const [starters, setStarters] = useState(false);
  const hits = useHits(id);
  const all = may(me, 'lead.all'); // who sees own leads alone opens no list of everybody's
  const lifts = useLifts(all ? live?.id : undefined);
  const w = useCondTexts();

  const body = d.body;
  const base = liveModel.data?.body;
  const saved = shown.data?.body;
  const rest = useMemo(() => (body && saved ? idle(body, saved, hits.data) : []), [body, saved, hits.data]);
  const changes = useMemo(() => (base && body ? diff(base, body) : []), [base, body]);
  const events = useMemo(() => {
    const all = new Set<string>();
    for (const c of body?.criteria ?? []) eventsIn(c.when, all);
    return [...all].sort();
  }, [body]);
  const past = shown.data && shown.data.state !== 'draft' && shown.data.state !== 'live';
  const canEdit = edit && !past;
  const refused = d.error instanceof ApiError ? d.error.problem?.errors : undefined;
  const checked = useCheck(body, edit);
  const notes = useMemo(
    () =>
      body
        ? [
            ...placed(body, checked ?? (refused ?? []).map((e): Note => ({ ...e, error: true }))),
            ...leaking(body, lifts.data?.report?.leaks.map((x) => x.fact) ?? [], (x) =>
              s.leaks(factTitle(x, w)),
            ),
          ]
        : [],
    [body, checked, refused, lifts.data, s, w],
  );
  const unheard = useMemo(() => unheardOf(notes), [notes]);
  useKeys(s.title, {
    'Ctrl+KeyZ': canEdit && d.undo ? { run: d.undo, label: s.undo } : undefined,
    'Ctrl+Shift+KeyZ': canEdit && d.redo ? { run: d.redo, label: s.redo } : undefined,
    'Ctrl+KeyY': canEdit && d.redo ? { run: d.redo, label: s.redo, hidden: true } : undefined,
  });

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
  const change = (b: ModelBody) => canEdit && d.change(b);
  const nextVersion = Math.max(0, ...rows.map((r) => r.version)) + 1;
  const drafts = rows.filter((r) => r.state === 'draft').length;

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
          <span
            className={'t12 ' + (d.state === 'failed' || d.state === 'conflict' ? 'bad' : 'dd')}
            role="status"
          >
            {d.state === 'failed' || d.state === 'conflict' ? s.notSaved : s.saving}
          </span>
        )}
        <span className="sp row wrap g6">
          {canEdit && (d.undo || d.redo) && (
            <>
              <button
                className="btn s g ic"
                aria-label={s.undo}
                title={s.undo + ' (Ctrl Z)'}
                disabled={!d.undo}
                onClick={d.undo}
              >
                <Icon n="undo" size="s" />
              </button>
              <button
                className="btn s g ic flip"
                aria-label={s.redo}
                title={s.redo + ' (Ctrl Shift Z)'}
                disabled={!d.redo}
                onClick={d.redo}
              >
                <Icon n="undo" size="s" />
              </button>
            </>
          )}
          {canEdit && changes.length > 0 && (
            <button
              className="btn s g"
              onClick={() => {
                d.change(base);
                toast(s.resetDone, { undo: () => d.change(body) });
              }}
            >
              {s.reset}
            </button>
          )}
          <button className="btn s" onClick={() => go(`/scoring/${model.id}/versions`)}>
            {s.versions}
            {drafts > 1 && <span className="dd">{s.draftsN(drafts)}</span>}
          </button>
          <button className="btn s" onClick={() => setSuggest(true)}>
            {learn.suggest}
          </button>
          <button className="btn s" onClick={() => setLimits(true)}>
            {s.thresholds(body.warm, body.hot)}
          </button>
          <span className="acts">
            <Menu
              label={s.moreActs}
              items={[
                { label: s.file.title, run: () => setFile(true) },
                ...(edit ? [{ label: s.starters.title, run: () => setStarters(true) }] : []),
              ]}
            >
              <Icon n="dots" size="s" />
            </Menu>
          </span>
        </span>
      </header>
      {model.state === 'draft' && (
        <DraftLine key={model.id} author={model.author} note={model.note} edit={canEdit} onNote={d.setNote} />
      )}
      {!edit && (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {s.readOnly}
        </p>
      )}
      {past && (
        <p className="hintbar t13">
          <Icon n="info" size="s" />
          {model.state === 'challenger' ? s.contest : s.viewing(model.version)}
        </p>
      )}
      {edit && contest && model.state !== 'challenger' && (
        <p className="hintbar t13 intext">
          <Icon n="info" size="s" />
          <span>
            {s.contestRuns} <Link href="/contests">{s.contestWhere}</Link>
          </span>
        </p>
      )}
      {d.state === 'failed' && !refused && (
        <div className="failed" role="alert">
          <Icon n="warn" />
          <span>{problemText(d.error, t)}</span>
          <button className="btn s" onClick={() => void d.flush().catch(() => undefined)}>
            {t.retry}
          </button>
        </div>
      )}
      {d.theirs && <Conflict mine={body} theirs={d.theirs.body} onSettle={d.settle} />}
      <NotesList
        notes={notes.filter(
          (x) =>
            !x.unheard ||
            !(
              (rest.length > 1 && rest.some((c) => c.id === x.criterion)) ||
              (unheard.length > 1 && x.icp !== undefined)
            ),
        )}
        body={body}
        onModel={() => setLimits(true)}
      />
      <IdleRules
        rules={rest}
        leads={hits.data?.leads ?? 0}
        onDrop={
          canEdit
            ? () => {
                const ids = rest.map((c) => c.id);
                change(withoutCriteria(body, ids));
                toast(s.idle.dropped(ids.length), { undo: () => change(body) });
              }
            : undefined
        }
      />
      <IdleConditions
        at={unheard}
        notes={notes}
        body={body}
        {...(canEdit
          ? {
              onDrop: () => {
                change(withoutConditions(body, unheard));
                toast(s.idle.icpDropped(unheard.length), { undo: () => change(body) });
              },
            }
          : {})}
      />
      <div className={edit ? 'ed' : 'ed read'}>
        <div>
          {!body.criteria.length && <Empty title={s.noRules} />}
          {(hits.error ?? lifts.error) && (
            <Failed
              error={hits.error ?? lifts.error}
              retry={() => {
                if (hits.error) void hits.refetch();
                if (lifts.error) void lifts.refetch();
              }}
            />
          )}
          {hits.data && hits.data.leads < hits.data.base && (
            <p className="t12 dd">{s.hitsPart(f.num(hits.data.leads), f.num(hits.data.base))}</p>
          )}
          {live && lifts.data && <LiftReport model={live.id} x={lifts.data} edit={edit} />}
          {body.groups.map((g) => (
            <GroupCard
              key={g.name}
              group={g}
              body={body}
              base={base}
              changes={changes}
              hits={hits.data?.of}
              model={model.id}
              lifts={lifts.data?.of}
              events={events}
              notes={notes}
              edit={canEdit}
              onBody={change}
              onAdd={() => setRule({ group: g.name })}
              onOpen={setRule}
              onName={() => setNaming(g)}
            />
          ))}
          {canEdit && (
            <button className="btn g s self" onClick={() => setNaming('new')}>
              <Icon n="plus" size="s" />
              {s.group.add}
            </button>
          )}
        </div>
        {edit && (
          <div>
            <WhatIf
              key={live?.id}
              model={model}
              body={body}
              base={base}
              changed={changes.length > 0}
              canPublish={
                canEdit &&
                !contest &&
                (changes.length > 0 || model.state === 'draft') &&
                d.state !== 'failed' &&
                !d.theirs
              }
              errors={notes.filter((n) => n.error).length}
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
      {naming && (
        <GroupDialog
          start={naming === 'new' ? undefined : naming}
          onClose={() => setNaming(undefined)}
          onKeep={(title) => {
            setNaming(undefined);
            if (naming === 'new') {
              const name = makeId(
                title.en || title.ru || '',
                body.groups.map((g) => g.name),
              );
              change({ ...body, groups: [...body.groups, { name, title }] });
            } else
              change({
                ...body,
                groups: body.groups.map((g) => (g.name === naming.name ? { ...g, title } : g)),
              });
          }}
        />
      )}
      {limits && (
        <Thresholds
          model={model.id}
          body={body}
          events={events}
          edit={canEdit}
          onClose={() => setLimits(false)}
          onApply={(b) => {
            setLimits(false);
            change(b);
          }}
          onLeads={(bucket) =>
            void d
              .flush()
              .then(() => go(previewLeads(d.draftId() ?? model.id, bucket)))
              .catch((x: unknown) => toast(problemText(x, t), { bad: true }))
          }
        />
      )}
      {file && (
        <FileDialog
          model={model}
          edit={canEdit}
          flush={d.flush}
          onClose={() => setFile(false)}
          onMade={(made) => go(`/scoring/${made}/draft`)}
        />
      )}
      {starters && (
        <Starters onClose={() => setStarters(false)} onMade={(made) => go(`/scoring/${made}/draft`)} />
      )}
      <Suggest open={suggest} model={model.id} edit={edit} onClose={() => setSuggest(false)} />
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

/* Whose draft it is, and what for. */
function DraftLine({
  author,
  note,
  edit,
  onNote,
}: {
  author?: string | null;
  note?: string | null;
  edit: boolean;
  onNote: (note: string) => void;
}) {
  const s = useScoringTexts();
  const [text, set] = useState(note ?? '');
  return (
    <p className="draftline t12 dd">
      {author && <span className="nw">{s.draftOf(author)}</span>}
      {edit ? (
        <input
          className="in bare grow"
          aria-label={s.note}
          placeholder={s.noteHint}
          value={text}
          maxLength={500}
          onChange={(e) => set(e.currentTarget.value)}
          onBlur={() => {
            if (text !== (note ?? '')) onNote(text);
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter') e.currentTarget.blur();
          }}
        />
      ) : (
        note && <span className="d">{note}</span>
      )}
    </p>
  );
}
