/* After set-up the owner's home shows five lines until all are done, or until it is hidden. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../api/client';
import { useLeadCount, useManagers } from '../api/leads';
import type { Page, Task } from '../api/types';
import { useT } from '../i18n';
import { Icon } from '../kit';

const HIDDEN = 'gradus-first-steps'; // a wish of this browser, nothing of people

export default function Checklist() {
  const t = useT();
  const [hidden, setHidden] = useState(() => localStorage.getItem(HIDDEN) === 'hidden');
  const managers = useManagers(!hidden);
  const leads = useLeadCount('', !hidden);
  const models = useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => api.get<Page<{ state: string; version: number }>>('/models', undefined, signal),
    enabled: !hidden,
  });
  const calls = useQuery({
    queryKey: ['tasks', 'first'],
    queryFn: ({ signal }) => api.get<Page<Task>>('/tasks', { state: 'done', limit: 1 }, signal),
    enabled: !hidden,
  });
  if (hidden || leads.data === undefined || !managers.data || !models.data || !calls.data) return null;
  const lines: { name: string; done: boolean; href: string }[] = [
    { name: t.first.company, done: true, href: '/settings' },
    { name: t.first.source, done: leads.data.n > 0, href: '/import' },
    { name: t.first.people, done: managers.data.items.length > 0, href: '/settings' },
    {
      name: t.first.model,
      done: models.data.items.some((m) => m.state === 'live' && m.version > 1),
      href: '/scoring',
    },
    { name: t.first.call, done: calls.data.items.length > 0, href: '/today' },
  ];
  if (lines.every((l) => l.done)) return null;
  return (
    <section className="card first" aria-labelledby="first-h">
      <div className="hd">
        <h2 id="first-h">{t.first.title}</h2>
        <span className="dd t12">
          {lines.filter((l) => l.done).length} / {lines.length}
        </span>
        <button
          className="btn s g sp"
          onClick={() => {
            localStorage.setItem(HIDDEN, 'hidden');
            setHidden(true);
          }}
        >
          {t.first.hide}
        </button>
      </div>
      <ol className="bd">
        {lines.map((l) => (
          <li key={l.name} className={l.done ? 'ok' : ''}>
            <Icon n={l.done ? 'check' : 'right'} size="s" />
            {l.done ? <span>{l.name}</span> : <Link href={l.href}>{l.name}</Link>}
          </li>
        ))}
      </ol>
    </section>
  );
}
