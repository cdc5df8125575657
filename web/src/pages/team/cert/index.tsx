/* Certification: people by products, plans for the leads of who lost one; a cell opens what can be done about it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { problemText } from '../../../api/problem';
import {
  skillKeys,
  useCertification,
  useProducts,
  type Cell,
  type Certification as Matrix,
  type Product,
  type SkillPlan,
} from '../../../api/skills';
import { serverNow } from '../../../app/clock';
import { may, useMe } from '../../../app/session';
import { useFmt, useT } from '../../../i18n';
import { Avatar, Block, Empty, Icon, toast } from '../../../kit';
import { Plan } from '../balance';
import { useCarry } from '../carry';
import { Bank } from './bank';
import { CellDialog } from './cell';
import { ProductDialog } from './product';
import { useCertTexts } from './texts';
import './cert.css';

const tones: Record<Cell['state'], string> = {
  none: '',
  valid: 'ok',
  expiring: 'warn',
  failed: 'bad',
  expired: 'bad',
  revoked: 'bad',
};
export type Open = { user: { id: string; name: string }; product: Matrix['products'][number]; cell: Cell };

export default function Certification() {
  const s = useCertTexts();
  const me = useMe();
  const edit = may(me, 'manager.edit');
  const q = useCertification();
  const products = useProducts();
  const [open, setOpen] = useState<Open>();
  const [product, setProduct] = useState<Product | 'new'>();
  const [bank, setBank] = useState<Product>();
  const whole = (id: string) => products.data?.items.find((p) => p.id === id);
  return (
    <>
      <section className="card">
        <div className="hd wrap">
          <h2>{s.title}</h2>
          <span className="t13 dd">{s.hint}</span>
          <span className="sp row wrap g6 certacts">
            {may(me, 'duty') && (
              <Link className="btn s" href="/exams">
                {s.mine}
              </Link>
            )}
            <a className="btn s" href="/api/v1/export/certification.csv" download>
              <Icon n="download" size="s" />
              {s.exportIt}
            </a>
            {edit && (
              <button className="btn s p" onClick={() => setProduct('new')}>
                <Icon n="plus" size="s" />
                {s.addProduct}
              </button>
            )}
          </span>
        </div>
        <Block q={q} rows={6}>
          {(d) =>
            !d.products.length ? (
              <Empty title={s.noProducts}>
                <p className="t13 d">{s.noProductsHint}</p>
              </Empty>
            ) : (
              <div className="matwrap" tabIndex={0} role="region" aria-label={s.title}>
                <table className="mat">
                  <thead>
                    <tr>
                      <th scope="col">{s.person}</th>
                      {d.products.map((p) => (
                        <th scope="col" key={p.id}>
                          <span className="row g4">
                            <span className="m">{p.name}</span>
                            {p.gated && (
                              <span className="tag" title={s.gatedHint}>
                                <Icon n="lock" size="s" />
                                {s.gated}
                              </span>
                            )}
                          </span>
                          {edit && (
                            <span className="row g4">
                              <button className="btn g s" onClick={() => whole(p.id) && setBank(whole(p.id))}>
                                <span className="vh">{p.name}, </span>
                                {s.product.bank} {p.questions || ''}
                              </button>
                              <button
                                className="btn g s ic"
                                aria-label={s.cellOf(p.name, s.product.settings)}
                                title={s.product.settings}
                                onClick={() => whole(p.id) && setProduct(whole(p.id))}
                              >
                                <Icon n="gear" size="s" />
                              </button>
                            </span>
                          )}
                          {!p.questions && <span className="warn t12">{s.noQuestions}</span>}
                        </th>
                      ))}
                    </tr>
                  </thead>
                  <tbody>
                    {d.people.map((u) => (
                      <tr key={u.user_id}>
                        <th scope="row">
                          <span className="row">
                            <Avatar name={u.name} small />
                            <Link href={'/team/' + u.user_id} className="m plain">
                              {u.name}
                            </Link>
                          </span>
                        </th>
                        {d.products.map((p, i) => (
                          <td key={p.id}>
                            <CellButton
                              name={s.cellOf(u.name, p.name)}
                              cell={u.cells[i]!}
                              onOpen={() =>
                                setOpen({
                                  user: { id: u.user_id, name: u.name },
                                  product: p,
                                  cell: u.cells[i]!,
                                })
                              }
                            />
                          </td>
                        ))}
                      </tr>
                    ))}
                  </tbody>
                </table>
                {!d.people.length && <Empty title={s.noPeople} />}
              </div>
            )
          }
        </Block>
      </section>
      {q.data && q.data.plans.length > 0 && <Plans plans={q.data.plans} />}
      {open && <CellDialog {...open} edit={edit} onClose={() => setOpen(undefined)} />}
      {product && (
        <ProductDialog
          product={product === 'new' ? undefined : product}
          onClose={() => setProduct(undefined)}
        />
      )}
      {bank && <Bank product={bank} onClose={() => setBank(undefined)} />}
    </>
  );
}

function CellButton({ name, cell, onOpen }: { name: string; cell: Cell; onOpen: () => void }) {
  const s = useCertTexts();
  const f = useFmt();
  const held = cell.state === 'valid' || cell.state === 'expiring';
  const under = held
    ? cell.until
      ? s.till(f.date(cell.until))
      : s.forever
    : cell.state === 'failed' && cell.last
      ? s.share(f.pct(cell.last.share))
      : cell.certificate && (cell.state === 'expired' || cell.state === 'revoked')
        ? s.wasTill(f.date(cell.certificate.revoked_at ?? cell.certificate.until ?? cell.certificate.from))
        : '';
  return (
    <button className="cell" onClick={onOpen}>
      <span className="vh">{name}: </span>
      <span className={'tag ' + tones[cell.state]}>{s.state[cell.state]}</span>
      {under && <span className="t12 d">{under}</span>}
      {cell.order && (
        <span className={'t12 ' + (cell.order.due && Date.parse(cell.order.due) < serverNow() ? 'bad' : 'd')}>
          {s.testBy(cell.order.due ? f.date(Date.parse(cell.order.due) - 1) : '')}
        </span>
      )}
      {(cell.used > 0 || cell.may === 'runs') && (
        <span className="t12 dd">{cell.may === 'runs' ? s.may.runs : s.tries(cell.used, cell.left)}</span>
      )}
    </button>
  );
}

function Plans({ plans }: { plans: SkillPlan[] }) {
  const s = useCertTexts();
  const t = useT();
  const f = useFmt();
  const me = useMe();
  const qc = useQueryClient();
  const [show, setShow] = useState<SkillPlan>();
  const carry = useCarry(() => void qc.invalidateQueries({ queryKey: ['certification'] }));
  const leave = useMutation({
    mutationFn: (p: SkillPlan) => api.post<void>(`/certification/plans/${p.id}/close`),
    onError: (e) => toast(problemText(e, t), { bad: true }),
    onSettled: () => skillKeys.forEach((k) => void qc.invalidateQueries({ queryKey: [k] })),
  });
  return (
    <section className="card" aria-labelledby="skillplans">
      <div className="hd">
        <h2 id="skillplans">{s.plans}</h2>
      </div>
      <ul className="bd planlist">
        {plans.slice(0, 12).map((p) => (
          <li key={p.id} className="row wrap t13">
            <span className="grow">
              <b className="m">{s.planOf(p.user_name ?? '', p.product_name ?? '', f.dateTime(p.at))}</b>
              <span className="d">
                {[s.planFigures(p.hot_moved, p.hot_waiting, p.closed_at ? 0 : p.leads)]
                  .filter(Boolean)
                  .map((x) => ' · ' + x)}
              </span>
            </span>
            {p.closed_at ? (
              <span className="tag">{p.closed_why && s.why[p.closed_why]}</span>
            ) : (
              <>
                {may(me, 'lead.assign') && (
                  <>
                    <button className="btn s" onClick={() => setShow(p)}>
                      {s.see}
                    </button>
                    <button
                      className="btn s p"
                      disabled={carry.isPending}
                      onClick={() =>
                        carry.mutate({ kind: 'certificate', from_id: p.user_id, product_id: p.product_id })
                      }
                    >
                      {s.handOver(f.num(p.leads))}
                    </button>
                  </>
                )}
                {may(me, 'manager.edit') && (
                  <button className="btn s" disabled={leave.isPending} onClick={() => leave.mutate(p)}>
                    {s.leave}
                  </button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {show && (
        <Plan
          ask={{
            kind: 'certificate',
            from_id: show.user_id,
            product_id: show.product_id,
            name: `${show.user_name ?? ''}, ${show.product_name ?? ''}`,
          }}
          onClose={() => {
            setShow(undefined);
            void qc.invalidateQueries({ queryKey: ['certification'] });
          }}
        />
      )}
    </section>
  );
}
