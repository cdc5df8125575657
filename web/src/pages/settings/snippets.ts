/* Texts to paste, for the official libraries of the Segment protocol. They are shown, never run here. */

/* The server's own small tracker. It answers to the calls of the official snippet and takes key and host from its own address. */
export const pageSnippet = (
  origin: string,
  key: string,
): string => `<script src="${origin}/analytics.js/v1/${key}/analytics.min.js"></script>
<script>
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
