/* The shapes of types.ts held against the server's own description: a field the server does not tell fails the build.
   schema.d.ts is made by `npm run schema` from docs/api.json and is never edited. */
import type { paths } from './schema';
import type {
  Assignment,
  LeadCard,
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
type Item<T> = T extends { items?: (infer X)[] } ? X : never;
/* true, or the names that are unknown to the server */
type Known<Mine, Theirs> =
  Exclude<keyof Mine, keyof Theirs> extends never ? true : Exclude<keyof Mine, keyof Theirs>;

export type Contract = [
  Hold<Known<Me, Get<'/api/v1/me'>>>,
  Hold<Known<Omit<LeadCard, 'consent'>, Get<'/api/v1/leads/{id}'>>>,
  Hold<Known<Omit<LeadCard, 'consent' | 'facts' | 'people' | 'merged_into'>, Item<Get<'/api/v1/leads'>>>>,
  Hold<Known<Score, Get<'/api/v1/leads/{id}/score'>>>,
  Hold<Known<ScorePoint, Item<Get<'/api/v1/leads/{id}/score/history'>>>>,
  Hold<Known<TimelineItem, Item<Get<'/api/v1/leads/{id}/timeline'>>>>,
  Hold<Known<Assignment, Item<Get<'/api/v1/leads/{id}/assignments'>>>>,
  Hold<Known<Task, Item<Get<'/api/v1/tasks'>>>>,
  Hold<Known<TodayItem, Item<Get<'/api/v1/today'>>>>,
  Hold<Known<View, Item<Get<'/api/v1/views'>>>>,
];
type Hold<T extends true> = T;
