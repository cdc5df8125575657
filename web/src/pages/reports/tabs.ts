/* The reports: one row a tab, each loaded when first opened. A tab keeps its period and filters in the address. */
import type { ComponentType } from 'react';
import { lazy } from '../../load/piece';
import type { Me } from '../../api/types';
import { may } from '../../app/session';
import type { ReportTexts } from './texts';

export type ReportTab = {
  id: string; // the address: /reports/<id>
  name: (s: ReportTexts) => string;
  may: (me: Me) => boolean; // who sees the tab; the server checks again
  page: ComponentType;
};

export const reportTabs: ReportTab[] = [
  {
    id: 'speed',
    name: (s) => s.tab.speed,
    may: (me) => may(me, 'lead.all'),
    page: lazy(() => import('./speed')),
  },
  {
    id: 'leaderboard',
    name: (s) => s.tab.leaderboard,
    may: (me) => may(me, 'lead.read') && me.role !== 'integrator',
    page: lazy(() => import('./leaders')),
  },
  {
    id: 'fairness',
    name: (s) => s.tab.fairness,
    may: (me) => may(me, 'manager.read') || may(me, 'duty'),
    page: lazy(() => import('./fair')),
  },
  {
    id: 'managers',
    name: (s) => s.tab.managers,
    may: (me) => may(me, 'board'),
    page: lazy(() => import('./managers')),
  },
];

/* The tabs that a person sees, in order. */
export const reportTabsOf = (me: Me): ReportTab[] => reportTabs.filter((x) => x.may(me));
