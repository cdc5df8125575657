import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useT } from '../i18n';
import { Later } from './boundary';

export function Dialog({
  open,
  onClose,
  title,
  children,
  side = false,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  side?: boolean;
}) {
  const d = useRef<HTMLDialogElement>(null),
    opener = useRef<Element | null>(null),
    id = useId(),
    t = useT();
  // One that is taken off the page while it is open leaves the focus nowhere. (A layout effect would end, too, while a part of the page is loaded.)
  useEffect(
    () => () => {
      if (document.activeElement === document.body) (opener.current as HTMLElement | null)?.focus();
    },
    [],
  );
  useEffect(() => {
    const x = d.current!;
    if (open && !x.open) {
      opener.current = document.activeElement;
      x.showModal();
      // The first field of a form is typed into at once; where there is none the reader starts at the heading.
      (
        x.querySelector<HTMLElement>('[data-focus]') ??
        x.querySelector<HTMLElement>('form input, form select, form textarea') ??
        x.querySelector<HTMLElement>('h2')
      )?.focus();
    } else if (!open && x.open) x.close();
  }, [open]);
  return (
    <dialog
      ref={d}
      className={side ? 'dlg side' : 'dlg'}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(e) => {
        if (e.target === d.current) d.current.close();
      }}
    >
      <header className="hd">
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        <button className="btn g s ic sp" aria-label={t.close} title="Esc" onClick={() => d.current?.close()}>
          ×
        </button>
      </header>
      {open && <Later>{children}</Later>}
    </dialog>
  );
}
