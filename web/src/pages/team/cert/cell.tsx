/* One person and one product: certify by hand, revoke, allow more attempts; what was before. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { fieldErrors, problemText } from '../../../api/problem';
import { skillKeys, useCertificates, type Certificate } from '../../../api/skills';
import { useFmt, useT } from '../../../i18n';
import { Block, Dialog, Field, toast } from '../../../kit';
import type { Open } from './index';
import { useCertTexts } from './texts';
import '../../../css/form.css';

export function CellDialog({
  user,
  product,
  cell,
  edit,
  onClose,
}: Open & { edit: boolean; onClose: () => void }) {
  const s = useCertTexts();
  const t = useT();
  const f = useFmt();
  const qc = useQueryClient();
  const q = useCertificates(user.id);
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const [why, setWhy] = useState('');
  const [due, setDue] = useState('');
  const done = (text: string) => {
    toast(text);
    skillKeys.forEach((k) => void qc.invalidateQueries({ queryKey: [k] }));
    onClose();
  };
  const give = useMutation({
    mutationFn: () =>
      api.post<Certificate>('/certificates', {
        user_id: user.id,
        product_id: product.id,
        until: f.dayEnd(until),
        reason: reason.trim(),
      }),
    onSuccess: () => done(s.cert.given),
  });
  const revoke = useMutation({
    mutationFn: (id: string) => api.post<Certificate>(`/certificates/${id}/revoke`, { reason: why.trim() }),
    onSuccess: () => done(s.cert.revoked),
  });
  const again = useMutation({
    mutationFn: () => api.post<void>('/certification/attempts', { user_id: user.id, product_id: product.id }),
    onSuccess: () => done(s.cert.againDone),
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const order = useMutation({
    mutationFn: () =>
      api.post<void>('/certification/orders', {
        user_id: user.id,
        product_id: product.id,
        due: due ? f.dayEnd(due) : null,
      }),
    onSuccess: () => done(s.cert.orderDone),
  });
  const orderEnd = useMutation({
    mutationFn: (id: string) => api.del('/certification/orders/' + id),
    onSuccess: () => done(s.cert.orderEnded),
    onError: (e) => toast(problemText(e, t), { bad: true }),
  });
  const bad = fieldErrors(give.error);
  const held = cell.state === 'valid' || cell.state === 'expiring';
  return (
    <Dialog open onClose={onClose} title={s.cellOf(user.name, product.name)}>
      <div className="form">
        <p className="said t13">
          {s.state[cell.state]}
          {held && ', ' + (cell.until ? s.till(f.dateTime(cell.until)) : s.forever)}
          {cell.certificate?.by === 'hand' && held && ', ' + s.byHand}
          {'; '}
          {s.may[cell.may]}
          {cell.again_at && cell.may !== 'may' && ', ' + f.dateTime(cell.again_at)}
          {cell.used > 0 && '; ' + s.tries(cell.used, cell.left)}
        </p>
        {edit && cell.order && (
          <div className="row wrap g8 t13">
            <span className="grow">
              {s.cert.ordered(cell.order.due ? f.date(Date.parse(cell.order.due) - 1) : '')}
            </span>
            <button
              className="btn s"
              disabled={orderEnd.isPending}
              onClick={() => orderEnd.mutate(cell.order!.id)}
            >
              {s.cert.orderEnd}
            </button>
          </div>
        )}
        {edit && !cell.order && cell.may !== 'held' && cell.may !== 'empty' && (
          <form
            className="certform"
            onSubmit={(e) => {
              e.preventDefault();
              order.mutate();
            }}
          >
            <h3 className="t13 b">{s.cert.order}</h3>
            <Field
              label={s.cert.orderDue}
              type="date"
              hint={s.cert.orderHint}
              value={due}
              error={fieldErrors(order.error).due}
              onChange={(e) => setDue(e.currentTarget.value)}
            />
            {order.error && !fieldErrors(order.error).due && (
              <p className="bad t13">{problemText(order.error, t)}</p>
            )}
            <button className="btn p" disabled={order.isPending}>
              {s.cert.order}
            </button>
          </form>
        )}
        {edit && !held && (
          <form
            className="certform"
            onSubmit={(e) => {
              e.preventDefault();
              give.mutate();
            }}
          >
            <h3 className="t13 b">{s.cert.give}</h3>
            <Field
              label={s.cert.until}
              type="date"
              required
              value={until}
              error={bad.until}
              onChange={(e) => setUntil(e.currentTarget.value)}
            />
            <Field
              label={s.cert.reason}
              required
              minLength={3}
              maxLength={1000}
              value={reason}
              error={bad.reason}
              onChange={(e) => setReason(e.currentTarget.value)}
            />
            {give.error && !Object.keys(bad).length && (
              <p className="bad t13">{problemText(give.error, t)}</p>
            )}
            <button className="btn" disabled={give.isPending}>
              {s.cert.give}
            </button>
          </form>
        )}
        {edit && held && cell.certificate && (
          <form
            className="certform"
            onSubmit={(e) => {
              e.preventDefault();
              revoke.mutate(cell.certificate!.id);
            }}
          >
            <Field
              label={s.cert.revokeReason}
              required
              minLength={3}
              maxLength={1000}
              value={why}
              onChange={(e) => setWhy(e.currentTarget.value)}
            />
            {revoke.error && <p className="bad t13">{problemText(revoke.error, t)}</p>}
            <button className="btn" disabled={revoke.isPending}>
              {s.cert.revoke}
            </button>
          </form>
        )}
        {edit && cell.used > 0 && (
          <button className="btn" disabled={again.isPending} onClick={() => again.mutate()}>
            {s.cert.again}
          </button>
        )}
        {edit && cell.last && (
          <Link className="t13" href={'/exams/' + cell.last.id}>
            {s.cert.result}: {f.pct(cell.last.share)}, {f.dateTime(cell.last.at)}
          </Link>
        )}
        <h3 className="t13 b">{s.cert.history}</h3>
        <Block q={q} rows={2}>
          {(d) => {
            const mine = d.items.filter((x) => x.product_id === product.id);
            if (!mine.length) return <p className="t13 d">{s.cert.none}</p>;
            return (
              <ul className="col g4 t13">
                {mine.map((x) => (
                  <li key={x.id}>
                    {f.date(x.from)} – {x.until ? f.date(x.until) : s.forever}
                    <span className="dd">
                      {' · '}
                      {x.attempt_id ? s.cert.test : s.cert.by(x.given_by_name ?? '')}
                      {x.reason && ': ' + x.reason}
                      {x.revoked_at &&
                        ' · ' + s.cert.revokedBy(x.revoked_by_name ?? '', f.date(x.revoked_at))}
                      {x.revoke_reason && ': ' + x.revoke_reason}
                    </span>
                  </li>
                ))}
              </ul>
            );
          }}
        </Block>
      </div>
    </Dialog>
  );
}
