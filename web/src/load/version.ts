/* Is the server's page another one than this? Then the pieces that this one knows are gone, and only loading it anew helps. */
const entry = (doc: ParentNode) => doc.querySelector('script[type=module][src]')?.getAttribute('src');

export async function isOutdated(): Promise<boolean> {
  const r = await fetch('/', { cache: 'no-store' });
  if (!r.ok) return false;
  const theirs = entry(new DOMParser().parseFromString(await r.text(), 'text/html'));
  return !!theirs && theirs !== entry(document);
}
