/* The screens that are looked at and judged by axe: name, path, whose, and what shows that it stands.
   A path may be a function of what the tests know: { lead }. */
export const screens = [
  { name: 'today', role: 'manager', path: '/today', ready: '.today [data-item]' },
  { name: 'leads', role: 'manager', path: '/leads', ready: '[role=grid] [role=row]' },
  { name: 'lead', role: 'manager', path: (k) => '/leads/' + k.lead, ready: '#why .wt' },
  { name: 'lead-history', role: 'manager', path: (k) => `/leads/${k.lead}/score`, ready: '#hist-h' },
];
