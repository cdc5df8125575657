/* The reports: a tab each, the tab in the path and its period and filters behind the question mark. */
import { Redirect, useLocation, useParams } from 'wouter';
import { useMe, useTitle } from '../../app/session';
import { Empty, Later, Tabs } from '../../kit';
import { reportTabsOf } from './tabs';
import { useReportTexts } from './texts';
import './reports.css';

export default function Reports() {
  const s = useReportTexts();
  const me = useMe();
  const [, go] = useLocation();
  const p = useParams<{ tab?: string }>();
  const tabs = reportTabsOf(me);
  const open = tabs.find((x) => x.id === p.tab);
  useTitle(open ? open.name(s) : s.title);
  if (!tabs.length)
    return (
      <>
        <h1>{s.title}</h1>
        <Empty title={s.nothing} />
      </>
    );
  if (!open) return <Redirect to={'/reports/' + tabs[0]!.id} replace />;
  return (
    <>
      <header className="row wrap g12 rephead">
        <h1>{s.title}</h1>
        <Tabs
          label={s.tabs}
          tabs={tabs.map((x) => ({ id: x.id, label: x.name(s) }))}
          value={open.id}
          onChange={(id) => go('/reports/' + id)}
        />
      </header>
      <Later at={open.id}>
        <open.page />
      </Later>
    </>
  );
}
