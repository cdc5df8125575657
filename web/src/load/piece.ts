/* Pieces of the interface that come when first needed: screens, windows, words. React's lazy keeps a failure for ever; here a failure
   is told once, to the boundary round the piece, and the next attempt to draw asks the server anew. */
import { createElement, type ComponentType } from 'react';

/* repeated: it was asked for anew, and did not come. Browsers up to Chromium 150 or so keep a module that failed until the page is loaded again. */
export class PieceError extends Error {
  constructor(
    cause: unknown,
    readonly repeated: boolean,
  ) {
    super('a piece of the interface could not be loaded', { cause });
  }
}

const forget = new Set<() => void>();

/* What the boundary calls when it has been told: what failed may be asked for again. */
export function forgetFailures(): void {
  forget.forEach((f) => f());
  forget.clear();
}

/* Read while drawing: gives the piece, or throws what is to be waited for. */
export function later<T>(load: () => Promise<T>): () => T {
  let ready: { value: T } | undefined;
  let coming: Promise<void> | undefined;
  let failed: PieceError | undefined;
  let before = false; // it failed once
  const again = () => {
    coming = undefined;
    failed = undefined;
  };
  return () => {
    if (ready) return ready.value;
    if (failed) throw failed;
    throw (coming ??= (before ? mendStyles().then(load) : load()).then(
      (value) => {
        ready = { value };
      },
      (e: unknown) => {
        failed = new PieceError(e, before);
        before = true;
        forget.add(again);
      },
    ));
  };
}

/* A component of its own piece, as React's lazy but for the second chance. */
export function lazy<P extends object = object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): ComponentType<P> {
  const read = later(load);
  return function Piece(props: P) {
    return createElement(read().default, props);
  };
}

/* The loader of modules asks for a stylesheet once, whatever came of it: those that did not come are asked for here. */
function mendStyles(): Promise<unknown> {
  const lost = [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')].filter(
    (x) => !x.sheet,
  );
  return Promise.all(
    lost.map(
      (old) =>
        new Promise((good, bad) => {
          const fresh = old.cloneNode() as HTMLLinkElement;
          fresh.onload = good;
          fresh.onerror = () => bad(new Error('no ' + old.href));
          old.replaceWith(fresh);
        }),
    ),
  );
}
