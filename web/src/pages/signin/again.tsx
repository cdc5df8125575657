/* The session has ended: the form stands over the page, which waits behind it as it was. Signed in, one is where one was; a tab that
   is come back to looks first whether another one has done it. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { keys } from '../../api/keys';
import type { Me } from '../../api/types';
import { readMe, resume } from '../../app/session';
import { useT } from '../../i18n';
import { SignInForm } from './form';

export default function Again({ who }: { who: Me }) {
  const t = useT();
  const qc = useQueryClient();
  const box = useRef<HTMLDialogElement>(null);
  const onIn = useCallback(
    async (me: Me) => {
      if (!(await resume(me))) return;
      qc.setQueryData(keys.me, me);
      void qc.invalidateQueries();
    },
    [qc],
  );
  useEffect(() => {
    box.current!.showModal();
    box.current!.querySelector<HTMLInputElement>('input[type=password]')?.focus();
    const look = () => {
      if (!document.hidden)
        readMe().then(
          (me) => me && onIn(me),
          () => {},
        );
    };
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    return () => {
      document.removeEventListener('visibilitychange', look);
      removeEventListener('focus', look);
    };
  }, [onIn]);
  return (
    <dialog
      ref={box}
      className="doorway"
      aria-labelledby="again"
      onCancel={(e) => e.preventDefault()}
      onClose={() => box.current?.showModal()} // a second Esc is past what may be prevented
    >
      <SignInForm
        who={who.email}
        onIn={onIn}
        title={
          <>
            <h2 id="again">{t.sign.ended}</h2>
            <p className="t13 d">{t.sign.kept}</p>
          </>
        }
      />
    </dialog>
  );
}
