/* A straight scale of numbers: a domain laid on a range, and back. d3's own brings the interpolation of colours and the formats of texts with it,
   7 KB that no chart here asks for; round ends and ticks are its array's. */
type Ends = [number, number];

export type Linear = ((v: number) => number) & { invert: (at: number) => number };

export function linear([lo, hi]: Ends, [from, to]: Ends): Linear {
  // a domain without width stands in the middle
  const part = (v: number) => (hi === lo ? 0.5 : (v - lo) / (hi - lo));
  return Object.assign((v: number) => from + part(v) * (to - from), {
    invert: (at: number) => (to === from ? lo : lo + ((at - from) / (to - from)) * (hi - lo)),
  });
}
