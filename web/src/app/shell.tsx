/* The frame round every screen: bar of the role, tabs on a phone, banner of the hot lead, state of the line. */
import { useEffect, useRef, useState } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { whenConflict } from '../api/conflict';
import { useViews } from '../api/views';
import { Avatar, Dialog, Icon, Later, Menu, undoLast } from '../kit';
import { useFmt, useT } from '../i18n';
import { lazy } from '../load/piece';
import type { Win } from './dialogs';
import { Mark } from './mark';
import { useKeys, type KeyMap } from './keys';
import { useHot, useLine, useLive } from './live';
import { bars, home, restOf, screenOf, screens, tabsOf, type Screen } from './routes';
import { useEnded, useMe } from './session';

const Checklist = lazy(() => import('./checklist'));
const HotBar = lazy(() => import('./hotbar'));
const Palette = lazy(() => import('./palette'));
const Windows = lazy(() => import('./dialogs'));

export function Shell() {
  const t = useT();
  const me = useMe();
  const [where, go] = useLocation();
  const main = useRef<HTMLElement>(null);
  const seen = useRef(where);
  const [palette, setPalette] = useState(false);
  const [win, setWin] = useState<Win | undefined>();
  useLive(me);
  const anyHot = useEver(useHot().length > 0);
  useEffect(() => whenConflict((conflict) => setWin({ kind: 'conflict', conflict })), []);

  const map: KeyMap = {};
  for (const s of screens)
    if (s.key && s.roles.includes(me.role))
      map['KeyG Key' + s.key] = { run: () => go(s.path), label: s.name(t, me) };
  map['Ctrl+KeyK'] = { run: () => setPalette(true), label: t.palette.open };
  map['Shift+Slash'] = { run: () => setWin({ kind: 'help' }), label: t.help.open };
  map['Ctrl+KeyZ'] = { run: undoLast, label: t.undo };
  useKeys(t.nav.sections, map);

  // After a change of screen the focus goes to its heading, so that a reader starts there.
  useEffect(() => {
    if (seen.current === where) return;
    seen.current = where;
    const w = setTimeout(() => {
      const h1 = main.current?.querySelector('h1');
      if (h1 && !main.current!.contains(document.activeElement)) {
        h1.tabIndex = -1;
        h1.focus({ preventScroll: true });
      }
    }, 60);
    return () => clearTimeout(w);
  }, [where]);

  return (
    <div className="app">
      <a className="skip" href="#main">
        {t.nav.skip}
      </a>
      <Bar onFind={() => setPalette(true)} onProfile={() => setWin({ kind: 'profile' })} />
      <main className="page" id="main" ref={main}>
        <LineBar />
        {anyHot && (
          <Later wait={null}>
            <HotBar />
          </Later>
        )}
        <TopBar onFind={() => setPalette(true)} onProfile={() => setWin({ kind: 'profile' })} />
        {me.role === 'owner' && where === home.owner && (
          <Later wait={null}>
            <Checklist />
          </Later>
        )}
        <Later at={where}>
          <Switch>
            {screens
              .filter((s) => s.roles.includes(me.role))
              .map((s) => (
                <Route key={s.id} path={s.pattern ?? s.path} component={s.page} />
              ))}
            <Route path="/">
              <Redirect to={home[me.role]} replace />
            </Route>
            <Route>
              <NotHere />
            </Route>
          </Switch>
        </Later>
      </main>
      <Tabs />
      <Dialog open={palette} onClose={() => setPalette(false)} title={t.palette.open}>
        <Later wait={null}>
          <Palette onClose={() => setPalette(false)} />
        </Later>
      </Dialog>
      {win && (
        <Later wait={null}>
          <Windows win={win} onClose={() => setWin(undefined)} />
        </Later>
      )}
    </div>
  );
}

/* True once it was: what has been loaded stays, so that a region with role alert is there before the next one. */
function useEver(now: boolean): boolean {
  const ever = useRef(false);
  ever.current ||= now;
  return ever.current;
}

type Doors = { onFind: () => void; onProfile: () => void };

/* On a phone there is no side bar: search and profile stand above the screen. */
function TopBar({ onFind, onProfile }: Doors) {
  const t = useT();
  const me = useMe();
  return (
    <div className="topbar">
      <button className="btn g ic" aria-label={t.palette.open} onClick={onFind}>
        <Icon n="search" size="l" />
      </button>
      <button className="btn g ic" aria-label={t.profile.title} onClick={onProfile}>
        <Avatar name={me.name} />
      </button>
    </div>
  );
}

function Bar({ onFind, onProfile }: Doors) {
  const t = useT();
  const me = useMe();
  const views = useViews();
  const pinned = (views.data?.items ?? []).filter((v) => v.pinned);
  return (
    <nav className="nav" aria-label={t.nav.sections}>
      <span className="logo">
        <Mark />
        Gradus
      </span>
      <button className="omni" onClick={onFind} aria-keyshortcuts="Control+K">
        <Icon n="search" size="s" />
        <span className="grow">{t.nav.find}</span>
        <kbd>Ctrl K</kbd>
      </button>
      {bars[me.role].map((g, i) => {
        const list = g.ids.map((id) => screenOf(id, me.role)).filter((s): s is Screen => !!s);
        if (!list.length) return null;
        return (
          <div key={i} className="col g2">
            {g.name && <div className="h">{g.name(t)}</div>}
            {list.map((s) => (
              <BarLink key={s.id} s={s} />
            ))}
          </div>
        );
      })}
      {pinned.length > 0 && (
        <div className="col g2">
          <div className="h">{t.nav.favourites}</div>
          {pinned.map((v) => (
            <Link key={v.id} href={`/leads?view=${v.id}&${v.query}`} title={v.name}>
              <Icon n="star" />
              <span className="lb">{v.name}</span>
            </Link>
          ))}
        </div>
      )}
      <div className="me">
        <Avatar name={me.name} />
        <span className="col t12 grow">
          <b className="b cut">{me.name}</b>
          <span className="dd">{t.role[me.role]}</span>
        </span>
        <button className="btn g s ic" aria-label={t.profile.title} onClick={onProfile}>
          <Icon n="gear" />
        </button>
      </div>
    </nav>
  );
}

function BarLink({ s }: { s: Screen }) {
  const t = useT();
  const f = useFmt();
  const me = useMe();
  const [where] = useLocation();
  const on = where === s.path || where.startsWith(s.path + '/');
  const c = s.count?.(me);
  return (
    <Link href={s.path} aria-current={on ? 'page' : undefined} title={s.name(t, me)}>
      <Icon n={s.icon} />
      <span className="lb">{s.name(t, me)}</span>
      {c && c.n > 0 && <span className={'n ' + (c.tone ?? '')}>{f.num(c.n) + (c.more ? '+' : '')}</span>}
    </Link>
  );
}

function Tabs() {
  const t = useT();
  const me = useMe();
  const [where, go] = useLocation();
  const here = (s: Screen) => where === s.path || where.startsWith(s.path + '/');
  const rest = restOf(me.role);
  return (
    <nav className="tb" aria-label={t.nav.sections}>
      {tabsOf(me.role).map((s) => (
        <Link key={s.id} href={s.path} aria-current={here(s) ? 'page' : undefined}>
          <Icon n={s.icon} size="l" />
          {s.name(t, me)}
        </Link>
      ))}
      {rest.length > 0 && (
        <span className={rest.some(here) ? 'on' : undefined}>
          <Menu
            label={t.more}
            className="more"
            items={rest.map((s) => ({ label: s.name(t, me), run: () => go(s.path) }))}
          >
            <Icon n="dots" size="l" />
            {t.more}
          </Menu>
        </span>
      )}
    </nav>
  );
}

function LineBar() {
  const t = useT();
  const f = useFmt();
  const line = useLine();
  const ended = useEnded();
  if (line.live || ended) return null;
  return (
    <div className="linebar" role="status">
      <Icon n="warn" size="s" />
      {t.lost(f.time(line.since))}
    </div>
  );
}

function NotHere() {
  const t = useT();
  return (
    <>
      <h1>404</h1>
      <p className="d">{t.error.missing}</p>
      <p>
        <Link href="/">{t.open} Gradus</Link>
      </p>
    </>
  );
}
