/* The people who get leads: duty, load, hours; one of them opened is a panel with all that routing knows. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useLocation, useParams } from 'wouter';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { useCalendars, usePools } from '../../api/office';
import { boardLeads } from '../../api/report';
import { problemText } from '../../api/problem';
import { openStages, type Manager, type Page } from '../../api/types';
import { may, useMe, useTitle } from '../../app/session';
import { useFmt, useT } from '../../i18n';
import { Avatar, Block, Empty, Icon, Later, Tabs, toast } from '../../kit';
import { lazy } from '../../load/piece';
import { InTimeShare } from '../../part/intime';
import { Load } from '../../part/load';
import { Balance } from './balance';
import { Panel } from './panel';
import { useTeamTexts } from './texts';
import './team.css';

const Certification = lazy(() => import('./cert'));

export default function Team() {
  const s = useTeamTexts();
  const t = useT();
  const f = useFmt();
  const me = useMe();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const p = useParams<{ id?: string }>();
  const q = useQuery({
    queryKey: keys.managers,
    queryFn: ({ signal }) => api.get<Page<Manager>>('/managers', undefined, signal),
    refetchInterval: 60_000,
  });
  const calendars = useCalendars(may(me, 'route.read'));
  const pools = usePools(may(me, 'route.read'));
  const edit = may(me, 'manager.edit');
  useTitle(s.title);
  const duty = useMutation({
    mutationFn: (x: { m: Manager; on: boolean }) => api.post(`/managers/${x.m.id}/duty`, { on_duty: x.on }),
    onMutate: (x) => {
      const old = qc.getQueryData<Page<Manager>>(keys.managers);
      if (old)
        qc.setQueryData<Page<Manager>>(keys.managers, {
          ...old,
          items: old.items.map((m) => (m.id === x.m.id ? { ...m, on_duty: x.on } : m)),
        });
      return { old };
    },
    onError: (e, _x, c) => {
      if (c?.old) qc.setQueryData(keys.managers, c.old);
      toast(problemText(e, t), { bad: true });
    },
    onSettled: () => {
      void qc.invalidateQueries({ queryKey: keys.managers });
      void qc.invalidateQueries({ queryKey: keys.board });
    },
  });
  const calName = (id: string | null) =>
    id ? (calendars.data?.items.find((c) => c.id === id)?.name ?? '') : s.always;
  const poolName = (id: string) => pools.data?.items.find((x) => x.id === id || x.name === id)?.name ?? id;
  const open = q.data?.items.find((m) => m.id === p.id || m.user_id === p.id);
  const cert = p.id === 'certification';
  return (
    <>
      <header className="row wrap g12">
        <h1>{s.title}</h1>
        <Tabs
          label={s.title}
          tabs={[
            { id: 'people', label: s.tabs.people },
            { id: 'certification', label: s.tabs.cert },
          ]}
          value={cert ? 'certification' : 'people'}
          onChange={(id) => go(id === 'people' ? '/team' : '/team/' + id)}
        />
        <span className="sp row g6">
          <Link className="btn s" href="/settings/calendars">
            <Icon n="clock" size="s" />
            {s.hours}
          </Link>
          <Link className="btn s" href="/routing">
            <Icon n="route" size="s" />
            {s.rules}
          </Link>
        </span>
      </header>
      {cert ? (
        <Later>
          <Certification />
        </Later>
      ) : (
        <>
          <section className="card">
            <Block q={q} rows={6}>
              {(d) =>
                d.items.length ? (
                  <table className="teamt">
                    <thead>
                      <tr>
                        <th scope="col">{s.col.name}</th>
                        <th scope="col">{s.col.duty}</th>
                        <th scope="col">{s.col.load}</th>
                        <th scope="col" className="num">
                          {s.col.hot}
                        </th>
                        <th scope="col" className="num">
                          {s.col.answer}
                        </th>
                        <th scope="col" className="num" title={s.inTimeHint}>
                          {s.col.inTime}
                        </th>
                        <th scope="col">{s.col.today}</th>
                        <th scope="col">{s.col.calendar}</th>
                        <th scope="col">{s.col.pools}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {d.items.map((m) => (
                        <tr key={m.id} aria-selected={open?.id === m.id || undefined}>
                          <td>
                            <span className="row">
                              <Avatar name={m.name} small />
                              <span className="col">
                                <Link href={'/team/' + m.id} className="m nw plain">
                                  {m.name}
                                </Link>
                                <span
                                  className={
                                    'st ' + { on: 'ok', away: 'warn', off: '', holiday: '' }[m.state]
                                  }
                                >
                                  {m.away_until && m.state === 'holiday'
                                    ? s.absent(m.away_why, f.date(Date.parse(m.away_until) - 1))
                                    : s.state[m.state]}
                                </span>
                                {edit && (
                                  <Link
                                    href={'/team/' + m.id + '#absences'}
                                    className="t12"
                                    aria-label={s.absenceOf(m.name)}
                                  >
                                    {s.absence}
                                  </Link>
                                )}
                              </span>
                            </span>
                          </td>
                          <td>
                            <input
                              type="checkbox"
                              role="switch"
                              className="swi"
                              aria-label={s.dutyOf(m.name)}
                              checked={m.on_duty}
                              disabled={!edit && m.user_id !== me.id}
                              onChange={(e) => duty.mutate({ m, on: e.currentTarget.checked })}
                            />
                          </td>
                          <td>
                            <Load of={m} owner={m.user_id} />
                          </td>
                          <td className="num" data-label={s.col.hot}>
                            <Link
                              href={`/leads?owner=${m.user_id}&temp=hot&stage=${openStages}`}
                              className="plain"
                            >
                              {f.num(m.hot)}
                            </Link>
                          </td>
                          <td className="num" data-label={s.col.answer}>
                            {m.median_answer_s === null ? (
                              '—'
                            ) : (
                              <Link
                                href={boardLeads({ bucket: 'answered', manager: m.user_id })}
                                className="plain"
                              >
                                {f.countdown(m.median_answer_s * 1000)}
                              </Link>
                            )}
                          </td>
                          <td className="num" data-label={s.col.inTime}>
                            <InTimeShare
                              of={m.in_time}
                              href={boardLeads({ bucket: 'judged', manager: m.user_id })}
                            />
                          </td>
                          <td className="d t12">
                            <Link
                              href={boardLeads({ bucket: 'given', manager: m.user_id })}
                              className="plain"
                            >
                              {s.given(f.num(m.today.assigned))}
                            </Link>
                            {', '}
                            <Link
                              href={boardLeads({ bucket: 'called', manager: m.user_id })}
                              className="plain"
                            >
                              {s.called(f.num(m.today.calls))}
                            </Link>
                          </td>
                          <td className="d t12">{calName(m.calendar_id)}</td>
                          <td className="d t12">{m.pools.map(poolName).join(', ')}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                ) : (
                  <Empty title={s.none}>
                    <p className="t13 d">{s.noneHint}</p>
                    {may(me, 'user.edit') && (
                      <Link className="btn s p" href="/settings/users">
                        {s.add}
                      </Link>
                    )}
                  </Empty>
                )
              }
            </Block>
          </section>
          {may(me, 'board') && <Balance />}
          {open && <Panel key={open.id} m={open} edit={edit} onClose={() => go('/team')} />}
        </>
      )}
    </>
  );
}
