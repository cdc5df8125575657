/* The call block in a window: from a list, a call is logged without leaving it. */
import { useLeadTask } from '../api/leads';
import type { Lead } from '../api/types';
import { useFmt, useT } from '../i18n';
import { Dialog, ScoreChip } from '../kit';
import { CallBox } from './callbox';
import { useLeadName } from './leadname';

export function CallDialog({
  lead,
  open,
  onClose,
}: {
  lead: Pick<Lead, 'id' | 'called' | 'phone' | 'score' | 'band'> | undefined;
  open: boolean;
  onClose: () => void;
}) {
  const t = useT();
  const leadName = useLeadName();
  return (
    <Dialog open={open && !!lead} onClose={onClose} title={`${t.call.title}: ${lead ? leadName(lead) : ''}`}>
      {lead && <Inside lead={lead} />}
    </Dialog>
  );
}

function Inside({ lead }: { lead: Pick<Lead, 'id' | 'called' | 'phone' | 'score' | 'band'> }) {
  const t = useT();
  const f = useFmt();
  const task = useLeadTask(lead.id);
  return (
    <div className="col g12 calldlg">
      <p className="row">
        <ScoreChip score={lead.score} band={lead.band} />
        {lead.phone ? (
          <a className="m" href={'tel:' + lead.phone}>
            {f.phone(lead.phone)}
          </a>
        ) : (
          <span className="dd">{t.call.noPhone}</span>
        )}
      </p>
      {!task.isPending && <CallBox lead={lead} task={task.data ?? null} keysModal />}
    </div>
  );
}
