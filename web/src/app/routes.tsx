/* The screens: path, lazily loaded page, name and icon in the bar. One more screen is one more row here,
   and its id in the bars of the roles that use it. */
import type { ComponentType } from 'react';
import type { Me, Role } from '../api/types';
import type { Texts } from '../i18n';
import type { IconName } from '../kit/icon';
import { lazy } from '../load/piece';

export type Screen = {
  id: string;
  path: string; // wouter's pattern, and the address in the bar
  pattern?: string; // where the page takes more than its address in the bar
  page: ComponentType;
  icon: IconName;
  name: (t: Texts, me: Me) => string;
  count?: (me: Me) => { n: number; more?: boolean; tone?: 'hot' | 'bad' } | undefined; // more: at least so many
  key?: string; // second key after G
  roles: Role[]; // who may open it
};

const everyone: Role[] = ['owner', 'head', 'marketer', 'manager', 'integrator'];

export const screens: Screen[] = [
  {
    id: 'today',
    path: '/today',
    page: lazy(() => import('../pages/today')),
    icon: 'zap',
    name: (t) => t.nav.today,
    count: (me) => ({ n: me.counts.today, ...(me.counts.tasks_overdue ? { tone: 'bad' as const } : {}) }),
    key: 'T',
    roles: ['manager', 'head', 'owner'],
  },
  {
    id: 'leads',
    path: '/leads',
    page: lazy(() => import('../pages/leads')),
    icon: 'list',
    name: (t, me) => (me.role === 'manager' ? t.nav.myLeads : t.nav.allLeads),
    count: (me) => ({ n: me.counts.leads, more: !!me.counts.leads_is }),
    key: 'L',
    roles: everyone,
  },
  {
    id: 'lead',
    path: '/leads/:id/:part?',
    page: lazy(() => import('../pages/lead')),
    icon: 'users',
    name: (t) => t.nav.leads,
    roles: everyone,
  },
  {
    id: 'live',
    path: '/live',
    page: lazy(() => import('../pages/live')),
    icon: 'chart',
    name: (t) => t.nav.board,
    key: 'B',
    roles: ['owner', 'head'],
  },
  {
    id: 'team',
    path: '/team',
    pattern: '/team/:id?',
    page: lazy(() => import('../pages/team')),
    icon: 'users',
    name: (t) => t.nav.managers,
    roles: ['owner', 'head', 'marketer', 'integrator'],
  },
  {
    id: 'exams',
    path: '/exams',
    pattern: '/exams/:id?',
    page: lazy(() => import('../pages/exams')),
    icon: 'shield',
    name: (t) => t.nav.exams,
    roles: ['manager', 'head', 'owner'],
  },
  {
    id: 'routing',
    path: '/routing',
    pattern: '/routing/:tab?/:id?',
    page: lazy(() => import('../pages/routing')),
    icon: 'route',
    name: (t) => t.nav.routing,
    roles: ['owner', 'head', 'marketer', 'integrator'],
  },
  {
    id: 'reports',
    path: '/reports',
    pattern: '/reports/:tab?',
    page: lazy(() => import('../pages/reports')),
    icon: 'chart',
    name: (t) => t.nav.reports,
    key: 'R',
    roles: ['owner', 'head', 'marketer', 'manager'],
  },
  {
    id: 'scoring',
    path: '/scoring',
    pattern: '/scoring/:id?/:part?/:rid?',
    page: lazy(() => import('../pages/scoring')),
    icon: 'target',
    name: (t) => t.nav.model,
    key: 'S',
    roles: everyone,
  },
  {
    id: 'companies',
    path: '/companies',
    pattern: '/companies/:id?',
    page: lazy(() => import('../pages/companies')),
    icon: 'layers',
    name: (t) => t.nav.companies,
    roles: everyone,
  },
  {
    id: 'grid',
    path: '/grid',
    page: lazy(() => import('../pages/grid')),
    icon: 'grid',
    name: (t) => t.nav.grid,
    roles: ['owner', 'head', 'marketer', 'integrator'],
  },
  {
    id: 'calibration',
    path: '/calibration',
    page: lazy(() => import('../pages/calibration')),
    icon: 'chart',
    name: (t) => t.nav.calibration,
    key: 'C',
    roles: ['owner', 'head', 'marketer'],
  },
  {
    id: 'contests',
    path: '/contests',
    page: lazy(() => import('../pages/contests')),
    icon: 'swap',
    name: (t) => t.nav.contests,
    roles: ['owner', 'head', 'marketer'],
  },
  {
    id: 'import',
    path: '/import',
    pattern: '/import/:id?/:part?',
    page: lazy(() => import('../pages/import')),
    icon: 'upload',
    name: (t) => t.nav.import,
    roles: ['owner', 'head', 'marketer', 'integrator'],
  },
  {
    id: 'settings',
    path: '/settings',
    pattern: '/settings/:part?',
    page: lazy(() => import('../pages/settings')),
    icon: 'gear',
    name: (t) => t.nav.settings,
    roles: ['owner', 'head', 'marketer', 'manager', 'integrator'],
  },
];

export type BarGroup = { name?: (t: Texts) => string; ids: string[] };

/* What a role sees in its bar, in this order; ids without a screen of the role are left out. */
export const bars: Record<Role, BarGroup[]> = {
  manager: [{ ids: ['today', 'leads', 'companies', 'reports', 'exams', 'settings'] }],
  head: [
    { ids: ['live', 'leads', 'companies', 'today'] },
    { name: (t) => t.nav.team, ids: ['team', 'routing', 'reports'] },
    { name: (t) => t.nav.scoring, ids: ['scoring', 'grid', 'calibration', 'contests'] },
    { name: (t) => t.nav.data, ids: ['import', 'settings'] },
  ],
  marketer: [
    { ids: ['leads', 'companies', 'reports'] },
    { name: (t) => t.nav.scoring, ids: ['scoring', 'grid', 'calibration', 'contests'] },
    { name: (t) => t.nav.data, ids: ['import', 'settings'] },
  ],
  owner: [
    { ids: ['live', 'leads', 'companies', 'today'] },
    { name: (t) => t.nav.team, ids: ['team', 'routing', 'reports'] },
    { name: (t) => t.nav.scoring, ids: ['scoring', 'grid', 'calibration', 'contests'] },
    { name: (t) => t.nav.data, ids: ['import', 'settings'] },
  ],
  integrator: [{ ids: ['leads', 'companies', 'import', 'settings'] }],
};

export const home: Record<Role, string> = {
  manager: '/today',
  head: '/live',
  owner: '/live',
  marketer: '/leads',
  integrator: '/leads',
};

export const screenOf = (id: string, role: Role): Screen | undefined =>
  screens.find((s) => s.id === id && s.roles.includes(role));

const tabs = 4;
const listed = (role: Role): Screen[] =>
  bars[role]
    .flatMap((g) => g.ids)
    .map((id) => screenOf(id, role))
    .filter((s): s is Screen => !!s);

/* The bottom tabs of a phone: the first four of the bar; the rest stands behind one more. */
export const tabsOf = (role: Role): Screen[] => listed(role).slice(0, tabs);
export const restOf = (role: Role): Screen[] => listed(role).slice(tabs);
