/* Events that were refused: when, why, at which place, how they began. For whoever connects a source. */
import { useRejects } from '../../api/office';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import { Log } from './log';
import { useSettingsTexts } from './texts';

export default function Rejects() {
  const s = useSettingsTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useRejects();
  return (
    <Log
      title={s.parts.rejects}
      q={q}
      none={s.rej.none}
      columns={[s.rej.at, s.rej.why, s.rej.where, s.rej.message, s.rej.body]}
      row={(r, i) => (
        <tr key={i}>
          <td className="nw d">{f.when(r.at, now)}</td>
          <td>
            <span className="tag bad">{r.code}</span>
          </td>
          <td>{r.detail && <code>{r.detail}</code>}</td>
          <td className="d">
            <span className="cut idcell">{r.message_id}</span>
          </td>
          <td>
            <code className="snip" title={r.snippet ?? ''}>
              {r.snippet}
            </code>
          </td>
        </tr>
      )}
    >
      <button className="btn s sp" disabled={q.isFetching} onClick={() => void q.refetch()}>
        <Icon n="undo" size="s" />
        {s.rej.reload}
      </button>
    </Log>
  );
}
