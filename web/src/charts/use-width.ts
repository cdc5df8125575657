/* The width a chart has: text is drawn true to size, so the picture is laid out anew instead of being scaled. */
import { useEffect, useRef, useState } from 'react';

export function useWidth<T extends HTMLElement = HTMLDivElement>(first = 0) {
  const ref = useRef<T>(null);
  const [width, set] = useState(first);
  useEffect(() => {
    const el = ref.current;
    if (!el) return;
    const look = () => set(Math.floor(el.clientWidth));
    look();
    const o = new ResizeObserver(look);
    o.observe(el);
    return () => o.disconnect();
  }, []);
  return { ref, width };
}
