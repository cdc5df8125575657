/* Work on the selected leads: what will happen and to how many is said on the button; progress, and undo for 10 s. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { patchLeadInCache } from '../../api/leads';
import { stages, type Lead, type LeadCard, type Manager, type Stage } from '../../api/types';
import { may, useMe } from '../../app/session';
import { useT } from '../../i18n';
import { Icon, Menu, toast } from '../../kit';
import { AssignDialog } from '../../part/assigndialog';
import { useLeadsT } from './text';

export function Bulk({ leads, onClear }: { leads: Lead[]; onClear: () => void }) {
  const tt = useT();
  const t = useLeadsT();
  const qc = useQueryClient();
  const me = useMe();
  const [going, setGoing] = useState<{ n: number; of: number } | undefined>();
  const [assigning, setAssigning] = useState(false);

  const run = async (list: Lead[], one: (l: Lead) => Promise<unknown>): Promise<Lead[]> => {
    const done: Lead[] = [];
    setGoing({ n: 0, of: list.length });
    for (const l of list) {
      try {
        await one(l);
        done.push(l);
      } catch {
        // counted below: what is not done has failed
      }
      setGoing({ n: done.length, of: list.length });
    }
    setGoing(undefined);
    for (const key of [['leads'], ['leadCount'], ['today'], ['views']])
      void qc.invalidateQueries({ queryKey: key });
    return done;
  };
  const tell = (all: Lead[], done: Lead[], undo: () => void) => {
    const failed = all.length - done.length;
    toast(t.bulk.done(done.length) + (failed ? ', ' + t.bulk.failed(failed) : ''), {
      bad: failed > 0,
      ...(done.length ? { undo } : {}),
    });
    onClear();
  };
  const toStage = async (stage: Stage) => {
    const put = (l: Lead, s: Stage) =>
      api.patch<LeadCard>('/leads/' + l.id, { stage: s }).then((x) => {
        patchLeadInCache(qc, l.id, { stage: s, ...(x?.version ? { version: x.version } : {}) });
      });
    const done = await run(leads, (l) => put(l, stage));
    tell(leads, done, () => void run(done, (l) => put(l, l.stage)));
  };
  const toManager = async (m: Pick<Manager, 'user_id'>) => {
    const done = await run(leads, (l) => api.post(`/leads/${l.id}/assign`, { manager_id: m.user_id }));
    tell(
      leads,
      done,
      () =>
        void run(done, (l) =>
          l.owner_id ? api.post(`/leads/${l.id}/assign`, { manager_id: l.owner_id }) : Promise.resolve(),
        ),
    );
  };
  return (
    <div className="bulk" role="region" aria-label={t.bulk.picked(leads.length)}>
      <b className="b">{going ? t.bulk.going(going.n, going.of) : t.bulk.picked(leads.length)}</b>
      {may(me, 'lead.assign') && (
        <button className="btn s" disabled={!!going} onClick={() => setAssigning(true)}>
          <Icon n="swap" size="s" />
          {tt.assign.many(leads.length)}
        </button>
      )}
      <Menu
        label={t.bulk.move}
        items={stages.map((s) => ({
          label: t.bulk.stageSet(leads.length, tt.stage[s]),
          run: () => void toStage(s),
        }))}
      >
        {t.bulk.move}
        <Icon n="down" size="xs" />
      </Menu>
      <button className="btn s g sp" onClick={onClear}>
        {t.bulk.none}
        <kbd>Esc</kbd>
      </button>
      <AssignDialog
        open={assigning}
        leads={leads}
        onClose={() => setAssigning(false)}
        onPick={(m) => void toManager(m)}
      />
    </div>
  );
}
