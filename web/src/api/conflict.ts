/* When somebody else saved first (412): what they have, and how to write mine over it. */
import type { LeadPatch } from './leads';
import type { LeadCard } from './types';

export type Conflict = { lead: LeadCard; mine: LeadPatch; write: () => void };
let onConflict: (c: Conflict) => void = () => {};
export const whenConflict = (f: (c: Conflict) => void) => {
  onConflict = f;
};
export const tellConflict = (c: Conflict) => onConflict(c);
