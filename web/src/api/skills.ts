/* Products, banks of questions, certificates and tests. */
import { useQuery } from '@tanstack/react-query';
import { api } from './client';
import { list } from './office';
import type { Page } from './types';

export type Product = {
  id: string;
  version: number;
  name: string;
  note: string;
  gated: boolean; // its leads are for holders of a certificate
  draw: number;
  pass_pct: number;
  minutes: number;
  attempts: number; // 0: no limit
  cooldown_hours: number;
  valid_days: number; // 0: without end
  show_answers: boolean;
  questions: number;
  holders: number;
  plans: number; // as it becomes gated
  plan_leads: number;
};
export const questionKinds = ['one', 'several', 'number', 'text'] as const;
export type QuestionKind = (typeof questionKinds)[number];
export type Question = {
  id: string;
  version: number;
  kind: QuestionKind;
  text: string;
  options: string[];
  answer: number[] | string[] | { value: number; within: number };
  topics: string[];
  weight: number;
  active: boolean;
  figures: {
    shown: number;
    right: number;
    enough: boolean;
    share?: number;
    low?: number;
    high?: number;
    discrimination?: number | null;
  };
};
export type Imported = {
  added: number;
  changed: number;
  bad: { row: number; column: string; code: string; detail: string }[];
};
export type Cell = {
  state: 'none' | 'valid' | 'expiring' | 'failed' | 'expired' | 'revoked';
  until: string | null; // of a valid one: null is without end
  certificate: {
    id: string;
    from: string;
    until: string | null;
    revoked_at: string | null;
    by: 'test' | 'hand';
  } | null;
  may: 'may' | 'runs' | 'held' | 'cooling' | 'used_up' | 'empty';
  again_at: string | null;
  used: number;
  left: number | null;
  runs_id: string | null;
  order: { id: string; at: string; due: string | null } | null; // a test that is to be taken
  last: { id: string; at: string; passed: boolean; share: number } | null;
};
export type SkillPlan = {
  id: string;
  user_id: string;
  user_name: string | null;
  product_id: string;
  product_name: string | null;
  at: string;
  hot_moved: number;
  hot_waiting: number;
  leads: number;
  closed_at: string | null;
  closed_why: 'transferred' | 'regained' | 'empty' | 'by_hand' | 'anew' | 'opened' | null;
};
export type Certification = {
  products: { id: string; name: string; gated: boolean; questions: number }[];
  people: { user_id: string; name: string; cells: Cell[] }[];
  plans: SkillPlan[];
};
export type Certificate = {
  id: string;
  user_id: string;
  product_id: string;
  product_name: string | null;
  state: 'valid' | 'expired' | 'revoked';
  from: string;
  until: string | null;
  attempt_id: string | null;
  given_by_name: string | null;
  reason: string | null;
  revoked_at: string | null;
  revoked_by_name: string | null;
  revoke_reason: string | null;
};
export type ExamRow = {
  product_id: string;
  product_name: string;
  note: string;
  gated: boolean;
  questions: number;
  pass_pct: number;
  minutes: number;
  attempts: number;
  cooldown_hours: number;
  valid_days: number;
  cell: Cell;
};
export type Given = number | number[] | string | null;
export type ExamItem = {
  place: number;
  kind: QuestionKind;
  text: string;
  options: string[];
  weight: number;
  given: Given;
  right?: boolean; // these only when it is over and answers are shown
  answer?: Question['answer'];
  topics?: string[];
};
export type Exam = {
  id: string;
  product_id: string;
  product_name: string | null;
  user_id: string;
  user_name: string | null;
  state: 'runs' | 'person' | 'clock';
  now: string;
  started_at: string;
  due_at: string;
  finished_at: string | null;
  pass_pct: number;
  questions: number;
  answered: number;
  score: number;
  full: number;
  passed: boolean;
  until: string | null;
  show_answers: boolean;
  items: ExamItem[];
  topics: { topic: string | null; right: number; of: number }[];
};
export type Notice = {
  id: string;
  kind: 'month' | 'week' | 'day' | 'ended' | 'revoked' | 'given' | 'exam';
  product_id: string;
  product_name: string | null;
  at: string;
  until: string | null;
};

export const useProducts = list<Product>('products', '/products');
export const useExams = list<ExamRow>('exams', '/exams');
export const useNotices = () =>
  useQuery({
    queryKey: ['notices'],
    queryFn: ({ signal }) => api.get<Page<Notice>>('/notices', undefined, signal),
    refetchInterval: 60_000,
  });
export const useCertification = () =>
  useQuery({
    queryKey: ['certification'],
    queryFn: ({ signal }) => api.get<Certification>('/certification', undefined, signal),
    refetchInterval: 30_000,
  });
export const useQuestions = (product: string) =>
  useQuery({
    queryKey: ['questions', product],
    queryFn: ({ signal }) => api.get<Page<Question>>(`/products/${product}/questions`, undefined, signal),
  });
export const useCertificates = (user: string) =>
  useQuery({
    queryKey: ['certificates', user],
    queryFn: ({ signal }) => api.get<Page<Certificate>>('/certificates', { user }, signal),
  });
export const useExam = (id: string) =>
  useQuery({
    queryKey: ['exam', id],
    queryFn: ({ signal }) => api.get<Exam>('/exams/' + id, undefined, signal),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

/* What a change of certificates may change on screens. */
export const skillKeys = [
  'certification',
  'certificates',
  'products',
  'questions',
  'exams',
  'exam',
  'notices',
  'managers',
  'today',
];
