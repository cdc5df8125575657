/* What to paste where, so that events come. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { useKeyList, type Key } from '../../api/office';
import { problemText } from '../../api/problem';
import { useT } from '../../i18n';
import { Icon, toast } from '../../kit';
import { Copy } from './copy';
import { curlSnippet, nodeSnippet, pageSnippet } from './snippets';
import { useSettingsTexts } from './texts';

export default function Sources() {
  const s = useSettingsTexts();
  const t = useT();
  const qc = useQueryClient();
  const keys = useKeyList();
  const make = useMutation({
    mutationFn: () => api.post<Key>('/keys', { name: s.src.keyName, scope: 'events', public: true }),
    onSuccess: () => void qc.invalidateQueries({ queryKey: ['keys'] }),
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const key = make.data?.key ?? s.src.yourKey;
  const known = keys.data?.items.some((k) => k.scope === 'events');
  return (
    <section className="card">
      <div className="hd wrap">
        <h2>{s.src.title}</h2>
        {!make.data && (
          <button className="btn s p sp" disabled={make.isPending} onClick={() => make.mutate()}>
            <Icon n="key" size="s" />
            {s.src.pickKey}
          </button>
        )}
      </div>
      <div className="bd col g12">
        <p className="t13 d">
          {s.src.intro} {make.data ? s.keys.onceHint : known ? s.src.existing : ''}
        </p>
        <h3 className="t13 b">{s.src.page}</h3>
        <p className="t12 dd">{s.src.pageHint}</p>
        <Copy text={pageSnippet(location.origin, key)} label={s.src.page} />
        <h3 className="t13 b">{s.src.node}</h3>
        <Copy text={nodeSnippet(location.origin, key)} label={s.src.node} />
        <h3 className="t13 b">{s.src.curl}</h3>
        <Copy text={curlSnippet(location.origin, key)} label={s.src.curl} />
        <p className="t12 dd">{s.src.test}</p>
      </div>
    </section>
  );
}
