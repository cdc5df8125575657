/* The list a card was opened from, so that J and K walk it and «back» returns to it as it was. */
export type Trail = { href: string; query: string };
let trail: Trail | undefined;
export const leaveTrail = (t: Trail) => {
  trail = t;
};
export const lastTrail = () => trail;
