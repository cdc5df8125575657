/* What can be done here by a key can be found in the palette too: the acts of the scopes open at present. */
import { activeActs, keyName } from './keys';

export type Action = { label: string; key?: string; run: () => void };

export const actions = (): Action[] =>
  activeActs().map(({ key, act }) => ({
    label: act.label,
    key: keyName(key),
    run: () => act.run(new KeyboardEvent('keydown')),
  }));
