/* A floating box by its anchor: placed under it, or above when there is no room below. */
import { useEffect, useRef, useState, type RefObject } from 'react';

export function place(a: HTMLElement, p: HTMLElement) {
  p.style.left = '8px'; // measured where it has all the width it may want
  const r = a.getBoundingClientRect(),
    h = p.offsetHeight,
    w = p.offsetWidth,
    below = innerHeight - r.bottom;
  p.style.top = (below < h + 8 && r.top > below ? r.top - h - 4 : r.bottom + 4) + 'px';
  p.style.left = Math.max(8, Math.min(r.left, innerWidth - w - 8)) + 'px';
}
export function usePop(anchor: RefObject<HTMLElement | null>) {
  const pop = useRef<HTMLDivElement>(null);
  const [open, set] = useState(false);
  useEffect(() => {
    const p = pop.current,
      a = anchor.current;
    if (!p || !a) return;
    if (!open) {
      if (p.matches(':popover-open')) p.hidePopover();
      return;
    }
    p.showPopover();
    place(a, p);
    const again = () => place(a, p),
      out = (e: Event) => {
        if (!p.contains(e.target as Node) && !a.contains(e.target as Node)) set(false);
      };
    addEventListener('scroll', again, true);
    addEventListener('resize', again);
    addEventListener('pointerdown', out, true);
    return () => {
      removeEventListener('scroll', again, true);
      removeEventListener('resize', again);
      removeEventListener('pointerdown', out, true);
    };
  }, [open, anchor]);
  return { pop, open, set };
}
