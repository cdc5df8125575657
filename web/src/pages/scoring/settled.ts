/* A value once it has stood still for a while. */
import { useEffect, useState } from 'react';

export function useSettled<T>(value: T, ms: number): T {
  const [v, set] = useState(value);
  useEffect(() => {
    const w = setTimeout(() => set(value), ms);
    return () => clearTimeout(w);
  }, [value, ms]);
  return v;
}
