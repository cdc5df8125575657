/* The wire format of server-sent events, read from a byte stream, so that heartbeats (comments) are seen too. */
export type Wire = { id?: string; type: string; data: string } | { beat: true };

export function makeReader(tell: (w: Wire) => void): (text: string) => void {
  let rest = '';
  let id: string | undefined;
  let type = '';
  let data: string[] = [];
  const line = (l: string) => {
    if (l === '') {
      if (data.length)
        tell({ ...(id !== undefined ? { id } : {}), type: type || 'message', data: data.join('\n') });
      type = '';
      data = [];
      id = undefined;
      return;
    }
    if (l[0] === ':') return tell({ beat: true });
    const at = l.indexOf(':');
    const name = at < 0 ? l : l.slice(0, at);
    const value = at < 0 ? '' : l.slice(at + (l[at + 1] === ' ' ? 2 : 1));
    if (name === 'event') type = value;
    else if (name === 'data') data.push(value);
    else if (name === 'id') id = value;
  };
  return (text) => {
    rest += text;
    for (;;) {
      const at = rest.search(/\r\n|\n|\r/);
      if (at < 0) return;
      if (rest[at] === '\r' && at === rest.length - 1) return; // the pair of this \r may still come
      const width = rest[at] === '\r' && rest[at + 1] === '\n' ? 2 : 1;
      line(rest.slice(0, at));
      rest = rest.slice(at + width);
    }
  };
}
