import { useId, useRef, type PointerEvent, type FocusEvent, type ReactNode } from 'react';
import { place } from './pop';

export function Tip({
  text,
  children,
}: {
  text: string;
  children: (p: {
    'aria-describedby': string;
    onPointerEnter: (e: PointerEvent<HTMLElement>) => void;
    onPointerLeave: () => void;
    onFocus: (e: FocusEvent<HTMLElement>) => void;
    onBlur: () => void;
  }) => ReactNode;
}) {
  const id = useId(),
    p = useRef<HTMLDivElement>(null),
    t = useRef(0);
  const show = (a: HTMLElement) => {
      t.current = window.setTimeout(() => {
        p.current!.showPopover();
        place(a, p.current!);
      }, 350);
    },
    hide = () => {
      clearTimeout(t.current);
      if (p.current?.matches(':popover-open')) p.current.hidePopover();
    };
  return (
    <>
      {children({
        'aria-describedby': id,
        onPointerEnter: (e) => show(e.currentTarget),
        onPointerLeave: hide,
        onFocus: (e) => show(e.currentTarget),
        onBlur: hide,
      })}
      <div ref={p} id={id} popover="manual" role="tooltip" className="tip">
        {text}
      </div>
    </>
  );
}
