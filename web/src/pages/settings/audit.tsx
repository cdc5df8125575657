/* Who did what: appended by the server, read here. */
import { useAudit, type AuditRow } from '../../api/office';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Log } from './log';
import { useSettingsTexts } from './texts';

const detail = (r: AuditRow): string =>
  r.detail === null || r.detail === undefined
    ? ''
    : typeof r.detail === 'string'
      ? r.detail
      : Object.entries(r.detail)
          .map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`)
          .join(', ');

export default function Audit() {
  const s = useSettingsTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useAudit();
  return (
    <Log
      title={s.parts.audit}
      q={q}
      none={s.audit.none}
      columns={[s.audit.at, s.audit.who, s.audit.what, s.audit.whom]}
      row={(r) => (
        <tr key={r.number}>
          <td className="nw d">{f.when(r.at, now)}</td>
          <td className="m">{r.actor_name || s.audit.house}</td>
          <td>{s.audit.acts[r.action] ?? <code>{r.action}</code>}</td>
          <td className="d">
            <span className="t12">{[r.subject, detail(r)].filter(Boolean).join(' · ')}</span>
          </td>
        </tr>
      )}
    />
  );
}
