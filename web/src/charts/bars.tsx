/* Stacked columns. The part that needs a look is hatched, so it is told apart without colour. T or the button shows the table. */
import { useId } from 'react';
import { useT } from '../i18n';
import { stacked, type StackRow } from './layout';
import { useWidth } from './use-width';
import './charts.css';

export type Part<K extends string> = {
  id: K;
  name: string;
  tone: 'ok' | 'warn' | 'bad' | 'c1' | 'c2';
  hatch?: boolean;
};

export function Bars<K extends string>({
  rows,
  parts,
  say,
  current,
  height = 196,
}: {
  rows: StackRow<K>[];
  parts: Part<K>[];
  say: string; // the chart in one sentence
  current?: string; // key of the column that is now
  height?: number;
}) {
  const { ref, width } = useWidth();
  const id = useId();
  const left = 24;
  const l = stacked(
    rows,
    parts.map((p) => p.id),
    width,
    height - 12,
    left,
  );
  const part = (k: K) => parts.find((p) => p.id === k)!;
  const every = Math.ceil(rows.length / Math.max(1, Math.floor((width - left) / 26)));
  return (
    <div ref={ref} className="chart">
      {width > 0 && (
        <svg width={width} height={height + 22} role="img" aria-label={say}>
          <defs>
            {parts
              .filter((p) => p.hatch)
              .map((p) => (
                <pattern
                  key={p.id}
                  id={id + p.id}
                  width="5"
                  height="5"
                  patternUnits="userSpaceOnUse"
                  patternTransform="rotate(45)"
                >
                  <rect width="5" height="5" className={'f-' + p.tone} />
                  <line x1="0" y1="0" x2="0" y2="5" className="hatchline" />
                </pattern>
              ))}
          </defs>
          <g transform="translate(0 12)">
            {l.ticks.map((t) => (
              <g key={t}>
                <line x1={left - 4} x2={width} y1={l.y(t)} y2={l.y(t)} className="grid" />
                <text x={0} y={l.y(t) + 4} className="tick">
                  {t}
                </text>
              </g>
            ))}
            {l.boxes.map((b) => (
              <rect
                key={b.part + b.row}
                x={b.x}
                y={b.y}
                width={b.w}
                height={b.h}
                rx={2}
                className={part(b.part).hatch ? undefined : 'f-' + part(b.part).tone}
                fill={part(b.part).hatch ? `url(#${id + b.part})` : undefined}
              >
                <title>{`${rows[b.row]!.key}: ${part(b.part).name} ${rows[b.row]!.values[b.part]}`}</title>
              </rect>
            ))}
            {rows.map((r, i) =>
              i % every ? null : (
                <text
                  key={r.key}
                  x={l.x(r.key)! + l.x.bandwidth() / 2}
                  y={height + 4}
                  textAnchor="middle"
                  className={r.key === current ? 'tick now' : 'tick'}
                >
                  {r.key}
                </text>
              ),
            )}
          </g>
        </svg>
      )}
    </div>
  );
}

export function Legend<K extends string>({ parts }: { parts: Part<K>[] }) {
  return (
    <span className="lg">
      {parts.map((p) => (
        <span key={p.id}>
          <i className={'sw-' + p.tone + (p.hatch ? ' hatch' : '')} />
          {p.name}
        </span>
      ))}
    </span>
  );
}

/* The same figures as a table. */
export function BarsTable<K extends string>({
  rows,
  parts,
  head,
}: {
  rows: StackRow<K>[];
  parts: Part<K>[];
  head: string;
}) {
  const t = useT();
  return (
    <div className="chart-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {parts.map((p) => (
              <th key={p.id} scope="col" className="num">
                {p.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((r) => (
            <tr key={r.key}>
              <th scope="row">{r.key}</th>
              {parts.map((p) => (
                <td key={p.id} className="num">
                  {r.values[p.id] || t.none}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
