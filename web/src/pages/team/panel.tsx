/* One manager: limits and skills that routing asks about, and absences. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { useAbsences, useCalendars, useSettings, type Absence } from '../../api/office';
import { fieldErrors, problemText } from '../../api/problem';
import type { Manager } from '../../api/types';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Field, Icon, Select, toast } from '../../kit';
import { Builder, Sentence } from '../../part/cond';
import { blank, holes } from '../../part/cond/cond';
import { useTeamTexts } from './texts';

const list = (s: string) =>
  s
    .split(',')
    .map((x) => x.trim())
    .filter(Boolean);
const whole = (s: string): number | null => (/^\d+$/.test(s.trim()) ? Number(s.trim()) : null);

export function Panel({
  m,
  edit,
  onClose,
}: {
  m: Manager & { version?: number };
  edit: boolean;
  onClose: () => void;
}) {
  const s = useTeamTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const calendars = useCalendars();
  const [x, set] = useState({
    calendar_id: m.calendar_id ?? '',
    capacity: String(m.capacity),
    daily_quota: m.daily_quota ? String(m.daily_quota) : '',
    hourly_quota: m.hourly_quota ? String(m.hourly_quota) : '',
    level: m.level,
    weight: String(m.weight),
    products: m.products.join(', '),
    regions: m.regions.join(', '),
    languages: m.languages.join(', '),
    duty_mode: m.duty_mode,
    sees: m.sees,
  });
  const [check, setCheck] = useState(false);
  const full = !x.sees || holes(x.sees).length === 0;
  const put = (p: Partial<typeof x>) => set((o) => ({ ...o, ...p }));
  const save = useMutation({
    mutationFn: () =>
      api.patch<Manager>(
        '/managers/' + m.id,
        {
          calendar_id: x.calendar_id || null,
          capacity: whole(x.capacity) ?? 0,
          daily_quota: whole(x.daily_quota) ?? 0,
          hourly_quota: whole(x.hourly_quota) ?? 0,
          level: x.level,
          weight: whole(x.weight) ?? 1,
          products: list(x.products),
          regions: list(x.regions),
          languages: list(x.languages),
          duty_mode: x.duty_mode,
          sees: x.sees,
        },
        m.version,
      ),
    onSuccess: () => {
      toast(s.f.saved(m.name));
      onClose();
      void qc.invalidateQueries({ queryKey: keys.managers });
      void qc.invalidateQueries({ queryKey: keys.board });
    },
  });
  const bad = fieldErrors(save.error);
  return (
    <Dialog open onClose={onClose} title={m.name} side>
      <div className="teampanel">
        <form
          onSubmit={(e) => {
            e.preventDefault();
            setCheck(true);
            if (full) save.mutate();
          }}
        >
          <fieldset disabled={!edit} className="plainset">
            <Select
              label={s.f.calendar}
              value={x.calendar_id}
              items={[
                { id: '', label: s.always },
                ...(calendars.data?.items ?? []).map((c) => ({ id: c.id, label: c.name })),
              ]}
              onChange={(calendar_id) => put({ calendar_id })}
            />
            <Select
              label={s.f.duty}
              value={x.duty_mode}
              items={(['manual', 'automatic'] as const).map((d) => ({ id: d, label: s.f.duties[d] }))}
              onChange={(d) => put({ duty_mode: d as Manager['duty_mode'] })}
            />
            <p className="t12 dd">
              {m.duty_back_at ? s.f.backAt(f.dateTime(m.duty_back_at)) : s.f.dutyHints[x.duty_mode]}
            </p>
            <div className="three">
              <Field
                label={s.f.capacity}
                inputMode="numeric"
                value={x.capacity}
                error={bad.capacity}
                onChange={(e) => put({ capacity: e.currentTarget.value })}
              />
              <Field
                label={s.f.daily}
                inputMode="numeric"
                value={x.daily_quota}
                error={bad.daily_quota}
                onChange={(e) => put({ daily_quota: e.currentTarget.value })}
              />
              <Field
                label={s.f.hourly}
                inputMode="numeric"
                value={x.hourly_quota}
                error={bad.hourly_quota}
                onChange={(e) => put({ hourly_quota: e.currentTarget.value })}
              />
            </div>
            <p className="t12 dd">
              {s.f.capacityHint} {s.f.quotaHint}
            </p>
            <div className="two">
              <Select
                label={s.f.level}
                value={x.level}
                items={(['trainee', 'regular', 'senior'] as const).map((l) => ({
                  id: l,
                  label: s.f.levels[l],
                }))}
                onChange={(l) => put({ level: l as Manager['level'] })}
              />
              <Field
                label={s.f.weight}
                inputMode="numeric"
                value={x.weight}
                error={bad.weight}
                onChange={(e) => put({ weight: e.currentTarget.value })}
              />
            </div>
            <p className="t12 dd">{s.f.weightHint}</p>
            {(['products', 'regions', 'languages'] as const).map((k) => (
              <Field
                key={k}
                label={s.f[k]}
                value={x[k]}
                error={bad[k]}
                hint={k === 'languages' ? s.f.listHint : undefined}
                onChange={(e) => put({ [k]: e.currentTarget.value })}
              />
            ))}
            <div className="field">
              <label className="row t13 check">
                <input
                  type="checkbox"
                  checked={!!x.sees}
                  onChange={(e) => put({ sees: e.currentTarget.checked ? blank('fact') : null })}
                />
                {s.f.sees}
              </label>
              {x.sees ? (
                <>
                  <Builder cond={x.sees} check={check} onChange={(sees) => put({ sees })} />
                  <p className="t13 d said">
                    <Sentence cond={x.sees} />
                  </p>
                </>
              ) : (
                <p className="t12 dd">{s.f.seesHint}</p>
              )}
              {check && !full && (
                <p className="bad t12" role="alert">
                  {s.f.seesWhole}
                </p>
              )}
            </div>
          </fieldset>
          {save.error && !Object.keys(bad).length && (
            <p className="failed" role="alert">
              {problemText(save.error, t)}
            </p>
          )}
          {edit && (
            <div className="row g6">
              <button type="button" className="btn sp" onClick={onClose}>
                {t.cancel}
              </button>
              <button className="btn p" disabled={save.isPending}>
                {s.f.save}
              </button>
            </div>
          )}
        </form>
        <Absences userId={m.user_id} edit={edit} />
      </div>
    </Dialog>
  );
}

function Absences({ userId, edit }: { userId: string; edit: boolean }) {
  const s = useTeamTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const q = useAbsences();
  const team = useSettings();
  const asked = location.hash === '#absences'; // by the row: the form stands at the end of a long card
  const [x, set] = useState<{ from: string; until: string; reason: string; catch_up?: boolean }>({
    from: '',
    until: '',
    reason: '',
  });
  const catchUp = x.catch_up ?? team.data?.catch_up ?? false;
  const again = () => {
    for (const k of ['absences', 'managers', 'board']) void qc.invalidateQueries({ queryKey: [k] });
  };
  const add = useMutation({
    mutationFn: () =>
      api.post<Absence>('/absences', {
        user_id: userId,
        from: f.dayStart(x.from),
        until: f.dayEnd(x.until),
        reason: x.reason.trim() || null,
        catch_up: catchUp,
      }),
    onSuccess: () => {
      set({ from: '', until: '', reason: '' });
      again();
    },
    onError: (e) => {
      toast(problemText(e, t), { bad: true });
      again(); // one that somebody else has written meanwhile is then named at the field, by the reader's own days
    },
  });
  const del = useMutation({
    mutationFn: (id: string) => api.del('/absences/' + id),
    onSuccess: again,
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const wrong = x.from && x.until && x.until < x.from;
  const spanOf = (a: Absence) => f.date(a.from) + ' – ' + f.date(Date.parse(a.until) - 1);
  const within = (a: Absence) =>
    Date.parse(a.from) < Date.parse(f.dayEnd(x.until)) &&
    Date.parse(f.dayStart(x.from)) < Date.parse(a.until);
  const clash =
    x.from && x.until && !wrong ? q.data?.items.find((a) => a.user_id === userId && within(a)) : undefined;
  const stop = wrong ? s.abs.order : clash && s.abs.clash(spanOf(clash), clash.reason);
  return (
    <section className="absbox">
      <h3 className="t13 b">{s.abs.title}</h3>
      <Block q={q} rows={2}>
        {(p) => {
          const mine = p.items.filter((a) => a.user_id === userId);
          if (!mine.length) return <p className="t13 d">{s.abs.none}</p>;
          return (
            <ul className="col g4">
              {mine.map((a) => {
                const span = spanOf(a);
                return (
                  <li key={a.id} className="row t13">
                    <span className="grow">
                      {span}
                      <span className="dd">
                        {a.reason && ' · ' + a.reason}
                        {a.catch_up && ' · ' + s.abs.catchUpShort}
                      </span>
                    </span>
                    {edit && (
                      <button
                        className="btn g s ic"
                        aria-label={s.abs.remove(span)}
                        disabled={del.isPending}
                        onClick={() => del.mutate(a.id)}
                      >
                        <Icon n="trash" size="s" />
                      </button>
                    )}
                  </li>
                );
              })}
            </ul>
          );
        }}
      </Block>
      {edit && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            if (!stop) add.mutate();
          }}
        >
          <div className="two">
            <Field
              label={s.abs.from}
              type="date"
              data-focus={asked || undefined}
              required
              value={x.from}
              onChange={(e) => set({ ...x, from: e.currentTarget.value })}
            />
            <Field
              label={s.abs.until}
              type="date"
              required
              value={x.until}
              error={stop}
              onChange={(e) => set({ ...x, until: e.currentTarget.value })}
            />
          </div>
          <Field
            label={s.abs.reason}
            maxLength={200}
            value={x.reason}
            onChange={(e) => set({ ...x, reason: e.currentTarget.value })}
          />
          <label className="row t13 check">
            <input
              type="checkbox"
              checked={catchUp}
              onChange={(e) => set({ ...x, catch_up: e.currentTarget.checked })}
            />
            {s.abs.catchUp}
          </label>
          <p className="t12 dd">{s.abs.catchUpWhere}</p>
          <div className="row">
            <button className="btn s sp" disabled={add.isPending}>
              {s.abs.add}
            </button>
          </div>
        </form>
      )}
    </section>
  );
}
