/* A log read page by page: a card with one table that may be wider than the card. */
import type { ReactNode } from 'react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Page } from '../../api/types';
import { Block } from '../../kit';
import { useSettingsTexts } from './texts';

export function Log<T>({
  title,
  q,
  none,
  columns,
  row,
  children,
}: {
  title: string;
  q: UseInfiniteQueryResult<InfiniteData<Page<T>>>;
  none: string;
  columns: string[];
  row: (item: T, i: number) => ReactNode;
  children?: ReactNode; // beside the title
}) {
  const s = useSettingsTexts();
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{title}</h2>
        {children}
      </div>
      <Block q={q} rows={6}>
        {(d) => {
          const items = d.pages.flatMap((p) => p.items);
          if (!items.length) return <p className="bd t13 d">{none}</p>;
          return (
            <div className="scrollx" tabIndex={0} role="region" aria-label={title}>
              <table>
                <thead>
                  <tr>
                    {columns.map((c) => (
                      <th key={c} scope="col">
                        {c}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>{items.map(row)}</tbody>
              </table>
            </div>
          );
        }}
      </Block>
      {q.hasNextPage && (
        <div className="bd">
          <button className="btn s" disabled={q.isFetchingNextPage} onClick={() => void q.fetchNextPage()}>
            {s.more}
          </button>
        </div>
      )}
    </section>
  );
}
