/* BANT and MEDDIC on the card: what is known, and the question to put for what is not. An answer is one click; its words come after. */
import { useState } from 'react';
import { useAnswer, useChecklists, type Answer, type CheckItem } from '../../api/axes';
import { problemText } from '../../api/problem';
import { useNow } from '../../app/clock';
import { useFmt, useT } from '../../i18n';
import { Block, Icon, Tabs, toast, type IconName } from '../../kit';
import { useAxesT } from './text';
import './axes.css';

const icons: Record<Answer, IconName> = { none: 'info', yes: 'check', no: 'x', unknown: 'info', text: 'msg' };

export function Checklists({ id }: { id: string }) {
  const t = useAxesT();
  const q = useChecklists(id);
  const [tab, setTab] = useState('bant');
  return (
    <section className="card" id="checks" aria-labelledby="checks-h">
      <div className="hd">
        <h2 id="checks-h" tabIndex={-1}>
          {t.lists}
        </h2>
        <kbd className="sp">B</kbd>
      </div>
      <Block q={q} rows={5}>
        {(lists) => {
          const list = lists.items.find((l) => l.id === tab) ?? lists.items[0];
          return (
            list && (
              <>
                <div className="checktabs">
                  <Tabs
                    label={t.lists}
                    value={list.id}
                    onChange={setTab}
                    tabs={lists.items.map((l) => ({
                      id: l.id,
                      label: `${l.title} ${t.done(l.answered, l.total)}`,
                    }))}
                  />
                </div>
                <ul className="checks">
                  {list.items.map((i) => (
                    <Item key={i.fact} lead={id} i={i} />
                  ))}
                </ul>
              </>
            )
          );
        }}
      </Block>
    </section>
  );
}

function Item({ lead, i }: { lead: string; i: CheckItem }) {
  const tt = useT();
  const t = useAxesT();
  const f = useFmt();
  const now = useNow(60);
  const send = useAnswer(lead);
  const [words, setWords] = useState<string | undefined>();
  const put = (answer: Answer, text?: string) =>
    send.mutate(
      { item: i.fact, answer, ...(text ? { text } : {}) },
      {
        onSuccess: () => setWords(undefined),
        onError: (e) => toast(problemText(e, tt), { bad: true }),
      },
    );
  const open = i.answer === 'none' || i.answer === 'unknown';
  return (
    <li className={'check ' + i.answer}>
      <span className="ic">
        <Icon n={icons[i.answer]} size="s" />
        <span className="vh">{t.answers[i.answer]}</span>
      </span>
      <div className="col g4 min0">
        <div className="row g6 wrap">
          <b className="m">{i.name}</b>
          {!i.verified && <span className="tag">{t.notVerified}</span>}
        </div>
        {i.text && words === undefined && <span className="t13 brk">{i.text}</span>}
        {open ? (
          <span className="t12 d">{t.ask(i.question)}</span>
        ) : (
          i.at && (
            <span className="t12 dd">
              {i.by_name ? t.saidBy(i.by_name, f.mark(i.at, now)) : t.saidAt(f.mark(i.at, now))}
            </span>
          )
        )}
        <span className="row g4 wrap" role="group" aria-label={t.answerOf(i.name)}>
          {(['yes', 'no', 'unknown'] as const).map((a) => (
            <button
              key={a}
              className="btn s"
              aria-pressed={i.answer === a}
              disabled={send.isPending}
              onClick={() => put(i.answer === a ? 'none' : a)}
              title={i.answer === a ? t.takeBack : undefined}
            >
              {t[a]}
            </button>
          ))}
          <button
            className="btn s ic"
            aria-label={t.words + ': ' + i.name}
            title={t.words}
            aria-expanded={words !== undefined}
            onClick={() => setWords(words === undefined ? (i.text ?? '') : undefined)}
          >
            <Icon n="edit" size="s" />
          </button>
        </span>
        {words !== undefined && (
          <form
            className="row g6"
            onSubmit={(e) => {
              e.preventDefault();
              put(
                i.answer === 'yes' || i.answer === 'no' ? i.answer : words.trim() ? 'text' : 'none',
                words.trim(),
              );
            }}
          >
            <input
              className="in grow"
              autoFocus
              maxLength={1000}
              aria-label={t.note + ': ' + i.name}
              value={words}
              onChange={(e) => setWords(e.currentTarget.value)}
              onKeyDown={(e) => {
                if (e.key !== 'Escape') return;
                e.stopPropagation();
                setWords(undefined);
              }}
            />
            <button className="btn s p" disabled={send.isPending}>
              {t.save}
            </button>
          </form>
        )}
      </div>
    </li>
  );
}
