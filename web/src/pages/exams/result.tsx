/* How a test ended: the score, what was weak by topic, and the answers themselves where the test shows them. */
import type { Exam, ExamItem, Given, Question } from '../../api/skills';
import { useMe } from '../../app/session';
import { useFmt } from '../../i18n';
import { Icon } from '../../kit';
import { useExamTexts } from './texts';

export function Result({ exam }: { exam: Exam }) {
  const s = useExamTexts();
  const f = useFmt();
  const me = useMe();
  const share = exam.full ? exam.score / exam.full : 0;
  return (
    <>
      <section className="card">
        <div className="bd col g6 resbox">
          <div className="row wrap g8">
            <h2 className={exam.passed ? 'ok' : 'bad'}>{exam.passed ? s.passed : s.failed}</h2>
            {exam.state === 'clock' && <span className="tag warn">{s.byClock}</span>}
            {exam.user_id !== me.id && <span className="tag">{s.whose(exam.user_name ?? '')}</span>}
          </div>
          <p>{s.score(f.pct(share), exam.score, exam.full, exam.pass_pct)}</p>
          {exam.passed && <p className="t13">{exam.until ? s.until(f.dateTime(exam.until)) : s.forever}</p>}
          {exam.finished_at && <p className="t13 dd">{f.dateTime(exam.finished_at)}</p>}
        </div>
      </section>
      {exam.topics.length > 0 && (
        <section className="card" aria-labelledby="topics">
          <div className="hd">
            <h2 id="topics">{s.topics}</h2>
          </div>
          <ul className="bd topics">
            {exam.topics.map((x) => (
              <li key={x.topic ?? ''} className="row g8 t13">
                <span className="grow">{x.topic ?? s.noTopic}</span>
                <progress max={x.of} value={x.right} aria-label={x.topic ?? s.noTopic} />
                <span className="num">
                  {f.num(x.right)} / {f.num(x.of)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {exam.items.length > 0 && (
        <section className="card" aria-labelledby="answers">
          <div className="hd">
            <h2 id="answers">{s.answers}</h2>
          </div>
          <ol className="bd col g12 answers">
            {exam.items.map((i) => (
              <li key={i.place} className="col g4">
                <span className="row g6">
                  <span className={i.right ? 'ok' : 'bad'}>
                    <Icon n={i.right ? 'check' : 'x'} size="s" />
                    <span className="vh">{i.right ? s.right : s.wrong}</span>
                  </span>
                  <b className="m">{i.text}</b>
                </span>
                <span className="t13">
                  {s.given}: {said(i, i.given) || s.nothing}
                </span>
                {!i.right && i.answer && (
                  <span className="t13 d">
                    {s.rightAnswer}: {rightOf(i, i.answer)}
                  </span>
                )}
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

const options = (i: ExamItem, places: number[]) => places.map((p) => i.options[p]).join(', ');
const said = (i: ExamItem, g: Given): string =>
  typeof g === 'number' ? options(i, [g]) : Array.isArray(g) ? options(i, g) : (g ?? '');
function rightOf(i: ExamItem, a: Question['answer']): string {
  if (!Array.isArray(a)) return String(a.value) + (a.within ? ' ± ' + a.within : '');
  return i.kind === 'text' ? a.join(', ') : options(i, a as number[]);
}
