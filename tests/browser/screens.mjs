/* The screens that are looked at and judged by axe: name, path, whose, and what shows that it stands.
   A path may be a function of what the tests know: { lead }. */
export const screens = [
  { name: 'today', role: 'manager', path: '/today', ready: '.today [data-item]' },
  { name: 'leads', role: 'manager', path: '/leads', ready: '[role=grid] [role=row]' },
  { name: 'lead', role: 'manager', path: (k) => '/leads/' + k.lead, ready: '#why .wt' },
  { name: 'lead-history', role: 'manager', path: (k) => `/leads/${k.lead}/score`, ready: '#hist-h' },
  { name: 'live', role: 'head', path: '/live', ready: '.kpis' },
  { name: 'scoring', role: 'owner', path: '/scoring', ready: '.bt' },
  { name: 'calibration', role: 'head', path: '/calibration', ready: '.calgrid .calt' },
  { name: 'contests', role: 'head', path: '/contests', ready: '.contests' },
  { name: 'import', role: 'owner', path: '/import', ready: '.dropbox' },
  { name: 'team', role: 'head', path: '/team', ready: '.teamt tbody tr' },
  { name: 'routing', role: 'head', path: '/routing', ready: '.poolgrid, .bd' },
  { name: 'settings-users', role: 'owner', path: '/settings/users', ready: '.cards tbody tr' },
  { name: 'settings-keys', role: 'owner', path: '/settings/keys', ready: '.cards tbody tr' },
  { name: 'settings-calendars', role: 'owner', path: '/settings/calendars', ready: '.cals li' },
  { name: 'settings-sources', role: 'owner', path: '/settings/sources', ready: '.copybox' },
  { name: 'settings-company', role: 'owner', path: '/settings/company', ready: '.form' },
  { name: 'settings-rejects', role: 'owner', path: '/settings/rejects', ready: '.card .bd, .card table' },
  { name: 'settings-audit', role: 'owner', path: '/settings/audit', ready: '.card table' },
];
