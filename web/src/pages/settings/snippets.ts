/* Texts to paste, for the official libraries of the Segment protocol. They are shown, never run here. */

/* The standalone build of @segment/analytics-next is served by whoever puts it on the site; it needs only the server's address. */
export const pageSnippet = (
  origin: string,
  key: string,
): string => `<script src="/js/analytics-next.js"></script>
<script>
  const { AnalyticsBrowser } = window;
  window.analytics = AnalyticsBrowser.load(
    { writeKey: '${key}', cdnURL: '${origin}' },
    { integrations: { 'Segment.io': { apiHost: '${origin.replace(/^https?:\/\//, '')}/v1', protocol: '${origin.startsWith('https') ? 'https' : 'http'}' } } },
  );
  analytics.page();
  // analytics.identify('42', { email: 'anna@example.com', title: 'CEO' });
  // analytics.track('Demo Requested');
</script>`;

export const nodeSnippet = (
  origin: string,
  key: string,
): string => `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });
analytics.identify({ userId: '42', traits: { email: 'anna@example.com', title: 'CEO' } });
analytics.track({ userId: '42', event: 'Demo Requested' });`;

export const curlSnippet = (origin: string, key: string): string => `curl ${origin}/v1/track -u '${key}:' \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"42","event":"Demo Requested","context":{"traits":{"email":"anna@example.com"}}}'`;
