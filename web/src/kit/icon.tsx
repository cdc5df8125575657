/* The icons: one sprite in the page, each use a reference to it. */
import { memo } from 'react';

const shapes = {
  board: (
    <>
      <rect x="4" y="4" width="4.6" height="16" rx="1" />
      <rect x="10" y="4" width="4.6" height="11" rx="1" />
      <rect x="16" y="4" width="4.6" height="7" rx="1" />
    </>
  ),
  cal: (
    <>
      <rect x="4" y="5.500" width="16" height="14.500" rx="2" />
      <path d="M4 10h16M8.500 3.500v4M15.500 3.500v4" />
    </>
  ),
  chart: (
    <>
      <path d="M4 20h16M7 16v-5M12 16V6M17 16v-8" />
    </>
  ),
  check: (
    <>
      <path d="m5 12.500 4.500 4.500L19 7.500" />
    </>
  ),
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7v5l3.2 2" />
    </>
  ),
  copy: (
    <>
      <rect x="9" y="9" width="11" height="11" rx="2" />
      <path d="M5 15V6a2 2 0 0 1 2-2h8" />
    </>
  ),
  dn: (
    <>
      <path d="M12 5v14M6 13l6 6 6-6" />
    </>
  ),
  doc: (
    <>
      <path d="M6.500 3.500h7l4 4v13h-11zM13.500 3.500v4h4M9.500 12h5M9.500 16h5" />
    </>
  ),
  dots: (
    <>
      <path d="M6 12h.01M12 12h.01M18 12h.01" strokeWidth="3" />
    </>
  ),
  down: (
    <>
      <path d="m6 9 6 6 6-6" />
    </>
  ),
  download: (
    <>
      <path d="M12 5v11M7 11l5 5 5-5M5 20h14" />
    </>
  ),
  drag: (
    <>
      <path d="M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01" strokeWidth="2.600" />
    </>
  ),
  edit: (
    <>
      <path d="M5 19h3.500L19 8.500 15.500 5 5 15.500z" />
    </>
  ),
  eye: (
    <>
      <path d="M2.800 12S6 5.800 12 5.800 21.200 12 21.200 12 18 18.200 12 18.200 2.800 12 2.800 12z" />
      <circle cx="12" cy="12" r="2.800" />
    </>
  ),
  filter: (
    <>
      <path d="M4 5h16l-6.200 7.300V19l-3.600-2v-4.700z" />
    </>
  ),
  flame: (
    <>
      <path d="M12 3c.5 3.2 5.5 5.4 5.5 10.6A5.5 5.5 0 0 1 12 20a5.5 5.5 0 0 1-5.5-5.8c0-2 .9-3.4 2-4.7.3 1.6 1.1 2.4 2.2 2.6C10.2 9 10.4 5.6 12 3z" />
    </>
  ),
  funnel: (
    <>
      <path d="M4 5h16M6.500 10.500h11M9 16h6M11 20.500h2" />
    </>
  ),
  gear: (
    <>
      <circle cx="12" cy="12" r="3" />
      <path d="M12 3.500v2.300M12 18.200v2.300M3.500 12h2.300M18.200 12h2.300M6 6l1.600 1.600M16.400 16.400 18 18M6 18l1.600-1.600M16.400 7.600 18 6" />
    </>
  ),
  globe: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M3.500 12h17M12 3.500c3 2.600 3 14.400 0 17M12 3.500c-3 2.600-3 14.400 0 17" />
    </>
  ),
  grid: (
    <>
      <rect x="4" y="4" width="7" height="7" rx="1" />
      <rect x="13" y="4" width="7" height="7" rx="1" />
      <rect x="4" y="13" width="7" height="7" rx="1" />
      <rect x="13" y="13" width="7" height="7" rx="1" />
    </>
  ),
  info: (
    <>
      <circle cx="12" cy="12" r="8.500" />
      <path d="M12 11v5M12 8h.01" />
    </>
  ),
  key: (
    <>
      <circle cx="8" cy="15" r="4" />
      <path d="m11 12 8-8M16 7l2.500 2.500" />
    </>
  ),
  layers: (
    <>
      <path d="m12 4 8.500 4.500L12 13 3.500 8.500zM4 13l8 4.300 8-4.300M4 16.800l8 4.200 8-4.200" />
    </>
  ),
  left: (
    <>
      <path d="m15 6-6 6 6 6" />
    </>
  ),
  list: (
    <>
      <path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01" />
    </>
  ),
  lock: (
    <>
      <rect x="5" y="11" width="14" height="9" rx="2" />
      <path d="M8 11V8a4 4 0 0 1 8 0v3" />
    </>
  ),
  mail: (
    <>
      <rect x="3.5" y="5.5" width="17" height="13" rx="2" />
      <path d="m4 7 8 6 8-6" />
    </>
  ),
  merge: (
    <>
      <path d="M6 4v4c0 4 6 4 6 8v4M18 4v4c0 4-6 4-6 8" />
    </>
  ),
  moon: (
    <>
      <path d="M19 14.500A7.500 7.500 0 0 1 9.500 5a7.500 7.500 0 1 0 9.500 9.500z" />
    </>
  ),
  msg: (
    <>
      <path d="M4 5.500h16v11H10l-4 3.500v-3.500H4z" />
    </>
  ),
  phone: (
    <>
      <path d="M5 4h3.5l1.6 4.2-2 1.5a11.5 11.5 0 0 0 5.2 5.2l1.5-2 4.2 1.6V18a2 2 0 0 1-2.2 2A15.8 15.8 0 0 1 3 6.2 2 2 0 0 1 5 4z" />
    </>
  ),
  plus: (
    <>
      <path d="M12 5v14M5 12h14" />
    </>
  ),
  right: (
    <>
      <path d="m9 6 6 6-6 6" />
    </>
  ),
  route: (
    <>
      <circle cx="6" cy="18" r="2.200" />
      <circle cx="18" cy="6" r="2.200" />
      <path
        d="M8.200 18H14a3.500 3.500 0 0 0 0-7h-4a3.500 3.500 0 0 1 0-7h5.800"
        transform="translate(0 1)"
      />
    </>
  ),
  search: (
    <>
      <circle cx="11" cy="11" r="6.5" />
      <path d="m20 20-4.2-4.2" />
    </>
  ),
  shield: (
    <>
      <path d="M12 3.500 5 6v5.500c0 4.300 2.800 7.300 7 9 4.200-1.700 7-4.700 7-9V6z" />
      <path d="m9 12 2.200 2.200L15.200 10" />
    </>
  ),
  snow: (
    <>
      <path d="M12 3v18M4.2 7.5l15.6 9M4.2 16.5l15.6-9M9.5 4.5 12 7l2.5-2.5M9.5 19.5 12 17l2.5 2.5" />
    </>
  ),
  star: (
    <>
      <path d="m12 4 2.500 5.200 5.700.8-4.100 4 1 5.600-5.100-2.700-5.100 2.700 1-5.600-4.100-4 5.700-.8z" />
    </>
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4" />
    </>
  ),
  swap: (
    <>
      <path d="M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4" />
    </>
  ),
  target: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <circle cx="12" cy="12" r="4.2" />
      <circle cx="12" cy="12" r=".6" />
    </>
  ),
  trash: (
    <>
      <path d="M5 7h14M9 7V4.500h6V7M7 7l1 13h8l1-13" />
    </>
  ),
  trend: (
    <>
      <path d="m4 16 5-5 4 4 7-8M15 7h5v5" />
    </>
  ),
  undo: (
    <>
      <path d="M9 6 4.500 10.500 9 15M5 10.500h9a5 5 0 0 1 0 10h-3" />
    </>
  ),
  up: (
    <>
      <path d="M12 19V5M6 11l6-6 6 6" />
    </>
  ),
  upload: (
    <>
      <path d="M12 16V5M7 10l5-5 5 5M5 19h14" />
    </>
  ),
  users: (
    <>
      <circle cx="9" cy="9" r="3.2" />
      <path d="M3.5 19c.4-3.2 2.6-5 5.5-5s5.100 1.800 5.500 5M15.500 6.200a3.200 3.200 0 0 1 0 5.700M17.200 14.600c1.900.6 3.100 2.200 3.400 4.400" />
    </>
  ),
  warn: (
    <>
      <path d="M12 4 2.800 19.500h18.400zM12 10v4.500M12 17.200h.01" />
    </>
  ),
  x: (
    <>
      <path d="m6 6 12 12M18 6 6 18" />
    </>
  ),
  zap: (
    <>
      <path d="M13 3 5 13.500h6L10.500 21 19 10.500h-6z" />
    </>
  ),
};
export type IconName = keyof typeof shapes;

export const Sprite = memo(function Sprite() {
  return (
    <svg width="0" height="0" className="sprite" aria-hidden="true">
      {Object.entries(shapes).map(([name, shape]) => (
        <symbol key={name} id={'i-' + name} viewBox="0 0 24 24">
          {shape}
        </symbol>
      ))}
    </svg>
  );
});

export function Icon({ n, size = '' }: { n: IconName; size?: '' | 's' | 'xs' | 'l' }) {
  return (
    <svg className={'i ' + size} aria-hidden="true">
      <use href={'#i-' + n} />
    </svg>
  );
}
