/* Events that were refused: when, why, at which place, how they began. For whoever connects a source. */
import { useRejects } from '../../api/office';
import { useNow } from '../../app/clock';
import { useFmt } from '../../i18n';
import { Block, Icon } from '../../kit';
import { useSettingsTexts } from './texts';

export default function Rejects() {
  const s = useSettingsTexts();
  const f = useFmt();
  const now = useNow(60);
  const q = useRejects();
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.parts.rejects}</h2>
        <button className="btn s sp" disabled={q.isFetching} onClick={() => void q.refetch()}>
          <Icon n="undo" size="s" />
          {s.rej.reload}
        </button>
      </div>
      <Block q={q} rows={6}>
        {(d) => {
          const items = d.pages.flatMap((p) => p.items);
          if (!items.length) return <p className="bd t13 d">{s.rej.none}</p>;
          return (
            <div className="scrollx" tabIndex={0} role="region" aria-label={s.parts.rejects}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{s.rej.at}</th>
                    <th scope="col">{s.rej.why}</th>
                    <th scope="col">{s.rej.where}</th>
                    <th scope="col">{s.rej.message}</th>
                    <th scope="col">{s.rej.body}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((r, i) => (
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
                  ))}
                </tbody>
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
