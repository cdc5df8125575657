/* Working hours: a calendar is a week with breaks, a zone and holidays. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { days, useCalendars, type Calendar, type Day, type Span } from '../../api/office';
import { fieldErrors, problemText } from '../../api/problem';
import { may, useMe } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Block, Dialog, Empty, Field, Icon, toast } from '../../kit';
import { hoursInWords, nextSpan, officeHours, weekFaults } from './hours';
import { useSettingsTexts } from './texts';

export default function Calendars() {
  const s = useSettingsTexts();
  const me = useMe();
  const q = useCalendars();
  const edit = may(me, 'route.edit');
  const [open, setOpen] = useState<Calendar>();
  const fresh = (): Calendar => ({
    id: '',
    name: '',
    zone: me.zone || Intl.DateTimeFormat().resolvedOptions().timeZone,
    hours: officeHours(),
    holidays: [],
  });
  const add = edit && (
    <button className="btn s p sp" onClick={() => setOpen(fresh())}>
      <Icon n="plus" size="s" />
      {s.cal.add}
    </button>
  );
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.parts.calendars}</h2>
        <span className="t12 dd">{s.cal.used}</span>
        {add}
      </div>
      <Block q={q} rows={3}>
        {(p) =>
          p.items.length ? (
            <ul className="cals">
              {p.items.map((c) => (
                <li key={c.id} className="row wrap">
                  <span className="col grow">
                    <b className="m">{c.name}</b>
                    <span className="t13 d">{hoursInWords(c.hours, s.cal.days) || s.cal.off}</span>
                    <span className="t12 dd">
                      {c.zone}
                      {c.holidays.length > 0 && ` · ${s.cal.holidays}: ${c.holidays.length}`}
                    </span>
                  </span>
                  {edit && (
                    <button className="btn s" aria-label={c.name} onClick={() => setOpen(c)}>
                      <Icon n="edit" size="s" />
                    </button>
                  )}
                </li>
              ))}
            </ul>
          ) : (
            <Empty title={s.cal.none} />
          )
        }
      </Block>
      {open && <Edit start={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function Edit({ start, onClose }: { start: Calendar; onClose: () => void }) {
  const s = useSettingsTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const [c, set] = useState(start);
  const [date, setDate] = useState('');
  const zones = useId();
  const faults = weekFaults(c.hours);
  const put = (d: Day, spans: Span[]) => set({ ...c, hours: { ...c.hours, [d]: spans } });
  const after = () => {
    onClose();
    for (const k of ['calendars', 'managers', 'board']) void qc.invalidateQueries({ queryKey: [k] });
  };
  const save = useMutation({
    mutationFn: () => {
      const body = { name: c.name.trim(), zone: c.zone.trim(), hours: c.hours, holidays: c.holidays };
      return c.id ? api.patch('/calendars/' + c.id, body, c.version) : api.post('/calendars', body);
    },
    onSuccess: () => {
      toast(s.cal.saved);
      after();
    },
  });
  const del = useMutation({
    mutationFn: () => api.del('/calendars/' + c.id),
    onSuccess: () => {
      toast(s.cal.removed);
      after();
    },
  });
  const bad = fieldErrors(save.error);
  const error = save.error ?? del.error;
  return (
    <Dialog open onClose={onClose} title={start.id ? start.name : s.cal.add}>
      <form
        className="form wide"
        onSubmit={(e) => {
          e.preventDefault();
          if (!faults.length) save.mutate();
        }}
      >
        <div className="two">
          <Field
            label={s.cal.name}
            required
            maxLength={100}
            value={c.name}
            error={bad.name}
            onChange={(e) => set({ ...c, name: e.currentTarget.value })}
          />
          <Field
            label={s.cal.zone}
            required
            list={zones}
            value={c.zone}
            error={bad.zone}
            onChange={(e) => set({ ...c, zone: e.currentTarget.value })}
          />
          <datalist id={zones}>
            {Intl.supportedValuesOf('timeZone').map((z) => (
              <option key={z} value={z} />
            ))}
          </datalist>
        </div>
        <table className="week">
          <caption className="vh">{s.cal.hours}</caption>
          <tbody>
            {days.map((d) => {
              const spans = c.hours[d] ?? [];
              const name = s.cal.days[d];
              return (
                <tr key={d}>
                  <th scope="row">{name}</th>
                  <td>
                    <span className="row wrap g6">
                      {!spans.length && <span className="dd t13">{s.cal.off}</span>}
                      {spans.map((x, i) => (
                        <span key={i} className="row g4 span">
                          <input
                            type="time"
                            className="in"
                            aria-label={s.cal.begin(name)}
                            value={x[0]}
                            onChange={(e) =>
                              put(
                                d,
                                spans.map((y, j) => (j === i ? [e.currentTarget.value, y[1]] : y)),
                              )
                            }
                          />
                          –
                          <input
                            type="time"
                            className="in"
                            aria-label={s.cal.end(name)}
                            value={x[1] === '24:00' ? '23:59' : x[1]}
                            onChange={(e) =>
                              put(
                                d,
                                spans.map((y, j) => (j === i ? [y[0], e.currentTarget.value] : y)),
                              )
                            }
                          />
                          <button
                            type="button"
                            className="btn g s ic"
                            aria-label={s.cal.delSpan(name)}
                            onClick={() =>
                              put(
                                d,
                                spans.filter((_, j) => j !== i),
                              )
                            }
                          >
                            <Icon n="x" size="s" />
                          </button>
                        </span>
                      ))}
                      {spans.length < 3 && (
                        <button
                          type="button"
                          className="btn g s"
                          aria-label={s.cal.addSpan(name)}
                          onClick={() => put(d, [...spans, nextSpan(spans)])}
                        >
                          <Icon n="plus" size="s" />
                          {s.cal.span}
                        </button>
                      )}
                    </span>
                    {faults.includes(d) && <span className="bad t12">{s.cal.order}</span>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        <div className="field">
          <span className="flabel">{s.cal.holidays}</span>
          <span className="row wrap g6">
            {[...c.holidays].sort().map((h) => (
              <span key={h} className="chip">
                {f.date(h + 'T12:00:00Z', 0)}
                <button
                  type="button"
                  className="chipx"
                  aria-label={s.cal.delHoliday(h)}
                  onClick={() => set({ ...c, holidays: c.holidays.filter((x) => x !== h) })}
                >
                  <Icon n="x" size="xs" />
                </button>
              </span>
            ))}
            <input
              type="date"
              className="in"
              aria-label={s.cal.holiday}
              value={date}
              onChange={(e) => setDate(e.currentTarget.value)}
            />
            <button
              type="button"
              className="btn s"
              disabled={!date || c.holidays.includes(date)}
              onClick={() => {
                set({ ...c, holidays: [...c.holidays, date] });
                setDate('');
              }}
            >
              {s.cal.addHoliday}
            </button>
          </span>
        </div>
        {error && !Object.keys(bad).length && (
          <p className="failed" role="alert">
            {problemText(error, t)}
          </p>
        )}
        <div className="row g6">
          {c.id && (
            <button type="button" className="btn g bad" disabled={del.isPending} onClick={() => del.mutate()}>
              {s.cal.remove}
            </button>
          )}
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p" disabled={save.isPending || faults.length > 0}>
            {s.cal.save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
