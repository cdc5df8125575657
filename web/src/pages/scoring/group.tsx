/* The name of a group, in both languages; a new group. */
import { useState } from 'react';
import type { Group } from '../../api/models';
import { useLang, useT } from '../../i18n';
import { Dialog, Field } from '../../kit';
import { useScoringTexts } from './texts';

export function GroupDialog({
  start,
  onClose,
  onKeep,
}: {
  start?: Group;
  onClose: () => void;
  onKeep: (title: { ru?: string; en?: string }) => void;
}) {
  const s = useScoringTexts();
  const t = useT();
  const lang = useLang();
  const [title, set] = useState({ ru: start?.title?.ru ?? '', en: start?.title?.en ?? '' });
  const [check, setCheck] = useState(false);
  const named = !!(title.ru.trim() || title.en.trim());
  const langs = lang === 'ru' ? (['ru', 'en'] as const) : (['en', 'ru'] as const);
  return (
    <Dialog open onClose={onClose} title={start ? s.group.rename : s.group.add}>
      <form
        className="form"
        onSubmit={(e) => {
          e.preventDefault();
          setCheck(true);
          if (!named) return;
          onKeep({
            ...(title.ru.trim() ? { ru: title.ru.trim() } : {}),
            ...(title.en.trim() ? { en: title.en.trim() } : {}),
          });
        }}
      >
        {langs.map((l, i) => (
          <Field
            key={l}
            label={l === 'ru' ? s.rule.titleRu : s.rule.titleEn}
            value={title[l]}
            maxLength={120}
            error={check && !named && i === 0 ? s.group.needTitle : undefined}
            onChange={(e) => set({ ...title, [l]: e.currentTarget.value })}
          />
        ))}
        <div className="row g6 dlg-acts">
          <button type="button" className="btn sp" onClick={onClose}>
            {t.cancel}
          </button>
          <button className="btn p">{s.rule.save}</button>
        </div>
      </form>
    </Dialog>
  );
}
