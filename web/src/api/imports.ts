/* Files brought in: their columns, what the columns mean, and what became of each row. */
import { useQuery, type Query } from '@tanstack/react-query';
import { api } from './client';
import { keys } from './keys';
import type { Page } from './types';

export type ImportState = 'preview' | 'running' | 'done' | 'failed' | 'stopped' | 'undoing' | 'undone';
export type ImportKind = 'leads' | 'events';
export type Format = 'text' | 'number' | 'boolean' | 'date';
export type Column = {
  index: number;
  name: string;
  sample: string[];
  nothing?: string[]; // words of the column that stand for nothing; absent in files looked at before they were told
  guess: string;
  format?: Format;
};
export type MapColumn = { index: number; field: string; format?: Format };
export type Mapping = {
  columns: MapColumn[];
  constants?: Record<string, unknown>;
  source?: string;
  decimal?: '.' | ',';
  dates?: 'dmy' | 'mdy' | 'iso';
  zone?: string;
  zone_minutes?: number;
  yes?: string[];
  no?: string[];
  empty?: string[];
  region?: string;
};
/* column: the heading; index: its place from 0; without both it is the row as a whole. */
export type CellFault = {
  column?: string | null;
  index?: number | null;
  code: string;
  detail?: string | null;
};
export type RowFaults = { row: number; errors: CellFault[] }; // rows as a spreadsheet counts: the heading is 1
export type Import = {
  id: string;
  name: string;
  kind?: ImportKind;
  state: ImportState;
  rows: number | null;
  done: number;
  accepted: number;
  updated: number;
  repeated: number;
  refused: number;
  columns?: Column[] | null;
  delimiter?: string;
  encoding?: string;
  preview?: string[][] | null;
  preview_rows?: number[] | null; // the numbers of those rows: empty ones are passed over
  /* The same rows as the mapping has them; null: as the cell says. An empty text: nothing. */
  preview_becomes?: (string | number | boolean | null)[][] | null;
  preview_errors?: RowFaults[] | null;
  checked?: number; // rows tried for preview_errors
  would_refuse?: number;
  undated?: number; // of those tried: won or lost, and not told when
  unended?: number; // of those tried: leads of which the file tells no end
  aged?: number; // of those: came longer ago than maturity_days, and count as not bought
  maturity_days?: number; // 0: not asked, as in the answer to a change
  kept?: number; // undone: leads of it that stay
  mapping?: Mapping | null;
  trouble?: string | null;
  created_at: string;
};
export type RefusedRow = {
  row: number;
  status: string;
  errors: CellFault[];
  lead_id?: string | null;
};

export const importKeys = {
  list: keys.imports,
  one: (id: string) => ['imports', id] as const,
  rows: (id: string) => ['imports', id, 'rows'] as const,
};

export const isBusy = (s: ImportState) => s === 'running' || s === 'undoing';

export const useImports = () =>
  useQuery({
    queryKey: importKeys.list,
    queryFn: ({ signal }) => api.get<Page<Import>>('/imports', undefined, signal),
    refetchInterval: (q: Query<Page<Import>>) =>
      q.state.data?.items.some((x) => isBusy(x.state)) ? 2000 : false,
  });

/* Live progress patches the entry; asking every 2 s is for a line that is down, and brings the counts. */
export const useImport = (id: string) =>
  useQuery({
    queryKey: importKeys.one(id),
    queryFn: ({ signal }) => api.get<Import>('/imports/' + id, undefined, signal),
    refetchInterval: (q: Query<Import>) => (q.state.data && isBusy(q.state.data.state) ? 2000 : false),
  });

export const useRefused = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: importKeys.rows(id),
    queryFn: ({ signal }) =>
      api.get<Page<RefusedRow>>(`/imports/${id}/rows`, { status: 'refused', limit: 100 }, signal),
    enabled,
  });
