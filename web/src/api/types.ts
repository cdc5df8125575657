/* The shapes the server speaks, as the interface uses them. */
import type { Cond } from '../part/cond/cond';
export type Band = 'cold' | 'warm' | 'hot';
export type Role = 'owner' | 'head' | 'marketer' | 'manager' | 'integrator';
export type Stage = 'new' | 'contact' | 'qualified' | 'offer' | 'talks' | 'won' | 'lost';
export const stages: Stage[] = ['new', 'contact', 'qualified', 'offer', 'talks', 'won', 'lost'];
/* The stages of leads in hand: neither won nor lost. What counts such leads opens the list of these. */
export const openStages = stages.filter((s) => s !== 'won' && s !== 'lost').join(',');
export type Theme = 'system' | 'light' | 'dark';

export type Page<T> = { items: T[]; next?: string | null; total?: number; total_is?: 'at_least' };

export type Me = {
  id: string;
  name: string;
  email: string;
  role: Role;
  lang: 'ru' | 'en';
  theme?: Theme;
  zone?: string;
  csrf: string;
  rights: string[];
  company?: string;
  currency?: string;
  now: string;
  live?: string; // where the stream of events stood
  keys_off?: boolean;
  thresholds: { warm: number; hot: number };
  counts: { today: number; leads: number; leads_is?: 'at_least'; tasks_overdue: number };
};

export type Reason = { criterion: string; name?: string; points: number };

export type NextTask = {
  id: string;
  kind: TaskKind;
  title: string;
  due_at: string | null;
  state?: TaskState;
  sla_minutes?: number | null;
  cooled_at?: string | null;
};

export type Lead = {
  id: string;
  version: number;
  name: string | null;
  /** The name, or the address, the phone, the sender's own id, the company: null when nothing is known. */
  called: string | null;
  email: string | null;
  phone: string | null;
  title: string | null;
  company: string | null;
  source: string | null;
  stage: Stage;
  band: Band;
  score: number;
  owner_id: string | null;
  owner_name?: string | null;
  created_at: string;
  seen_at: string | null;
  last_event?: { name: string; kind: string; at: string; path?: string | null } | null;
  reasons?: Reason[];
  next_task?: NextTask | null;
  amount?: number | null;
  currency?: string | null;
  verified?: boolean;
  cell?: string | null; // A1..C3
  probability?: { value: number; low: number; high: number } | null; // of buying
  icp?: number | null; // match with the ideal customer, per cent
};

export type Fact = { value: unknown; source: string | null; at: string | null; verified: boolean };

export type LeadCard = Lead & {
  facts?: Record<string, Fact>;
  merged_into?: string | null;
  automatic?: boolean; // only programs have touched it: it stands in no list
  consent?: null;
  people?: Lead[];
  company_id?: string | null;
  priority?: Priority;
  lost_at?: string | null;
  lost_reason?: string | null; // a word of verdict.reasons, or as a file had it
  lost_note?: string | null;
};

export type Priority = {
  level: 'low' | 'normal' | 'high' | 'urgent';
  base: 'low' | 'normal' | 'high' | 'urgent';
  reasons: { code: string; step: number; value: number; text: string }[];
};

export type ScoreGroup = {
  name: string;
  title?: string;
  points: number;
  raw: number;
  floor: number | null;
  ceiling: number | null;
};
export type ScoreLine = {
  criterion: string;
  name: string;
  group: string;
  points: number;
  full_points: number;
  count: number;
  since: string | null;
  last: string | null;
  next_change: string | null;
  why?: string | null; // what cut it: times, points, public, aged
  condition?: string | null; // in words
};
export type Score = {
  at: string;
  known: 'then' | 'now';
  model: { id: string; version: number; name: string };
  total: number;
  total_exact?: number;
  total_raw: number; // of the groups, before the model's own limits
  band: Band;
  groups: ScoreGroup[];
  lines: ScoreLine[];
  next_change: string | null;
  fit: number;
  engagement: number;
  cell: string;
  thresholds: { warm: number; hot: number; floor: number; ceiling: number };
  gates?: {
    band: Band;
    group: string | null;
    min: number | null;
    name: string;
    met: boolean;
    since: string | null;
  }[];
  ahead?: { at: string; total: number; band: Band }[];
};
export type ScorePoint = {
  at: string;
  total: number;
  band: Band;
  event_id: string | null;
  cause: string | null;
};

export type TimelineKind =
  'page' | 'track' | 'screen' | 'identify' | 'group' | 'alias' | 'deed' | 'assignment' | 'crossing' | 'merge';
export type TimelineItem = {
  id: string;
  at: string;
  kind: TimelineKind;
  name: string | null;
  text: string | null;
  path?: string | null;
  url?: string | null;
  source?: string | null;
  points: number | null;
  actor_name: string | null;
  detail?: Record<string, unknown>;
  bot?: boolean; // does not count: by a signal or by a mark
  lead_id?: string | null;
  mark_id?: string | null;
  signal?: string | null;
  automatic?: string | null; // why it does not count
  visitor?: string | null;
};

export type Candidate = {
  manager_id: string;
  name: string;
  eligible: boolean;
  why: string;
  load: number;
  capacity: number;
  weight: number;
  fit?: number;
  value?: number; // expected, minor units
  sales?: number; // expected, where no amounts are known
  probability?: number; // 0..1, where a share is drawn by lot
  owner?: boolean; // asked first: the lead is theirs
  company?: boolean; // asked next: the company is
  fallback?: boolean; // asked behind the pool
  last_at?: string;
};
export type Assignment = {
  id: string;
  lead_id: string;
  task_id: string | null;
  manager_id: string | null; // null: nobody could have it
  manager_name: string | null;
  at: string;
  until_at: string | null; // of what waited
  policy: string | null;
  reason: string;
  note?: string | null;
  by_name?: string | null;
  rule?: string | null;
  probability?: number;
  lot_share?: number;
  lot?: boolean;
  turn_back_at?: string | null;
  candidates: Candidate[];
};

export type TaskKind = 'call' | 'meeting' | 'letter' | 'other' | 'call_now';
export type TaskState = 'open' | 'done' | 'cancelled';
export type TaskResult = 'reached' | 'no_answer' | 'call_back' | 'wrong_number' | 'done';
export type Task = {
  id: string;
  lead_id: string;
  lead_name: string | null;
  company: string | null;
  phone: string | null;
  band: Band;
  score: number;
  kind: TaskKind;
  title: string;
  created_at: string;
  due_at: string | null;
  done_at: string | null;
  assignee_id: string | null;
  assignee_name: string | null;
  state: TaskState;
  result: TaskResult | null;
  note: string | null;
  version: number;
  reasons?: Reason[];
  sla_minutes: number | null;
  cooled_at?: string | null; // an urgent call whose lead has ceased to be hot
};
export type TodayItem = Task & { group: 'sla' | 'overdue' | 'hot_no_step' | 'today'; priority?: Priority };
export type Today = { items: TodayItem[]; no_step_warm: number };

export type Manager = {
  id: string;
  user_id: string;
  name: string;
  email: string;
  state: 'on' | 'off' | 'away' | 'holiday';
  away_why: string | null; // of the absence that is on
  away_until: string | null;
  on_duty: boolean;
  duty_mode: 'manual' | 'automatic';
  duty_back_at: string | null;
  sees: Cond | null;
  calendar_id: string | null;
  capacity: number;
  load: number;
  hot: number;
  daily_quota: number | null;
  hourly_quota: number | null;
  level: 'trainee' | 'regular' | 'senior';
  weight: number;
  products: string[];
  regions: string[];
  languages: string[];
  pools: string[];
  median_answer_s: number | null;
  in_time: InTime | null;
  today: { assigned: number; calls: number };
};

/* Urgent calls made in time; share: null where it would be told from too few. */
export type InTime = { n: number; of: number; share: { value: number; low: number; high: number } | null };

export type View = {
  id: string;
  name: string;
  query: string;
  scope: 'me' | 'team';
  pinned: boolean;
  own?: boolean;
};
export type MergeEdge = {
  id: string;
  from_id: string;
  from_name: string | null;
  into_id: string;
  at: string;
  by_name: string | null;
  reason: string | null;
  undone_at: string | null;
};
export type Found = {
  kind: string;
  id: string;
  name: string | null; // as it is called: part/leadname.ts
  detail?: string | null;
  score?: number | null;
  band?: Band | null;
};
