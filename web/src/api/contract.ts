/* The shapes of types.ts held against the server's own description: a field the server does not tell fails the build.
   schema.d.ts is made by `npm run schema` from docs/api.json and is never edited. */
import type { Checklist, Grid, Icp, Moment, Raise } from './axes';
import type { Board } from './board';
import type { Calibration, Contest, Feedback } from './calibration';
import type { Import, RefusedRow } from './imports';
import type { FairDecision, Fairness, Leaderboard, QueuePlace, Speed } from './report';
import type { Model, ModelRow, Preview } from './models';
import type { Absence, AuditRow, Calendar, Key, Pool, Reject, Rule, User } from './office';
import type { paths } from './schema';
import type {
  Assignment,
  LeadCard,
  Manager,
  Me,
  Score,
  ScorePoint,
  Task,
  TimelineItem,
  TodayItem,
  View,
} from './types';

type Ok<R> = R extends { 200: { content: { 'application/json': infer T } } } ? T : never;
type Get<P extends keyof paths> = paths[P] extends { get: { responses: infer R } } ? Ok<R> : never;
type Post<P extends keyof paths> = paths[P] extends { post: { responses: infer R } } ? Ok<R> : never;
type Item<T> = T extends { items?: (infer X)[] } ? X : never;
/* true, or the names that are unknown to the server */
type Known<Mine, Theirs> =
  Exclude<keyof Mine, keyof Theirs> extends never ? true : Exclude<keyof Mine, keyof Theirs>;

export type Contract = [
  Hold<Known<Me, Get<'/api/v1/me'>>>,
  Hold<Known<Omit<LeadCard, 'consent'>, Get<'/api/v1/leads/{id}'>>>,
  Hold<
    Known<
      Omit<
        LeadCard,
        | 'consent'
        | 'facts'
        | 'people'
        | 'company_id'
        | 'merged_into'
        | 'automatic'
        | 'priority'
        | 'lost_at'
        | 'lost_reason'
        | 'lost_note'
      >,
      Item<Get<'/api/v1/leads'>>
    >
  >,
  Hold<Known<Score, Get<'/api/v1/leads/{id}/score'>>>,
  Hold<Known<Icp, Get<'/api/v1/leads/{id}/icp'>>>,
  Hold<Known<Raise, Get<'/api/v1/leads/{id}/raise'>>>,
  Hold<Known<Moment, Get<'/api/v1/leads/{id}/moment'>>>,
  Hold<Known<Checklist, Item<Get<'/api/v1/leads/{id}/checklists'>>>>,
  Hold<Known<Grid, Get<'/api/v1/grid'>>>,
  Hold<Known<ScorePoint, Item<Get<'/api/v1/leads/{id}/score/history'>>>>,
  Hold<Known<TimelineItem, Item<Get<'/api/v1/leads/{id}/timeline'>>>>,
  Hold<Known<Assignment, Item<Get<'/api/v1/leads/{id}/assignments'>>>>,
  Hold<Known<Task, Item<Get<'/api/v1/tasks'>>>>,
  Hold<Known<TodayItem, Item<Get<'/api/v1/today'>>>>,
  Hold<Known<View, Item<Get<'/api/v1/views'>>>>,
  Hold<Known<Board, Get<'/api/v1/board'>>>,
  Hold<Known<Speed, Get<'/api/v1/reports/speed'>>>,
  Hold<Known<Leaderboard, Get<'/api/v1/reports/leaderboard'>>>,
  Hold<Known<Fairness, Get<'/api/v1/reports/fairness'>>>,
  Hold<Known<FairDecision, Item<Get<'/api/v1/reports/fairness/decisions'>>>>,
  Hold<Known<QueuePlace, Item<Get<'/api/v1/managers/{id}/place'>>>>,
  Hold<Known<Manager, Item<Get<'/api/v1/managers'>>>>,
  Hold<Known<ModelRow, Item<Get<'/api/v1/models'>>>>,
  Hold<Known<Model, Get<'/api/v1/models/{id}'>>>,
  Hold<Known<Calibration, Get<'/api/v1/calibration'>>>,
  Hold<Known<Feedback, Item<Get<'/api/v1/feedback'>>>>,
  Hold<Known<Contest, Item<Get<'/api/v1/contests'>>>>,
  Hold<Known<Preview, Post<'/api/v1/models/{id}/preview'>>>,
  Hold<Known<Import, Get<'/api/v1/imports/{id}'>>>,
  Hold<Known<RefusedRow, Item<Get<'/api/v1/imports/{id}/rows'>>>>,
  Hold<Known<User, Item<Get<'/api/v1/users'>>>>,
  Hold<Known<Key, Item<Get<'/api/v1/keys'>>>>,
  Hold<Known<Calendar, Item<Get<'/api/v1/calendars'>>>>,
  Hold<Known<Absence, Item<Get<'/api/v1/absences'>>>>,
  Hold<Known<Rule, Item<Get<'/api/v1/routing/rules'>>>>,
  Hold<Known<Pool, Item<Get<'/api/v1/routing/pools'>>>>,
  Hold<Known<Reject, Item<Get<'/api/v1/rejects'>>>>,
  Hold<Known<AuditRow, Item<Get<'/api/v1/audit'>>>>,
];
type Hold<T extends true> = T;
