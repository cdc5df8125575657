/* What fails to be drawn is told in its own place, with «try again»; the rest of the page works. `at` says where one is: once it
   changes the failure of before is no more. */
import { Component, Suspense, useEffect, useState, type ReactNode } from 'react';
import { useT } from '../i18n';
import { forgetFailures, PieceError } from '../load/piece';
import { isOutdated } from '../load/version';
import { Skeleton, Told } from './block';

type Props = { at?: unknown; children: ReactNode };

export class Boundary extends Component<Props, { failed?: { error: unknown } }> {
  override state: { failed?: { error: unknown } } = {};

  static getDerivedStateFromError(error: unknown) {
    return { failed: { error } };
  }

  override componentDidCatch() {
    forgetFailures();
  }

  override componentDidUpdate(before: Props) {
    if (this.state.failed && before.at !== this.props.at) this.again();
  }

  again = () => this.setState({ failed: undefined });

  override render() {
    const { failed } = this.state;
    return failed ? <Broken error={failed.error} again={this.again} /> : this.props.children;
  }
}

/* A piece that comes later, in its place: waiting, there, or not to be had. */
export function Later({ at, wait = <Skeleton />, children }: Props & { wait?: ReactNode }) {
  return (
    <Boundary at={at}>
      <Suspense fallback={wait}>{children}</Suspense>
    </Boundary>
  );
}

function Broken({ error, again }: { error: unknown; again: () => void }) {
  const t = useT();
  const piece = error instanceof PieceError;
  const [server, setServer] = useState<'same' | 'newer'>(); // once it has answered
  useEffect(() => {
    if (!piece) return;
    let here = true;
    isOutdated().then(
      (x) => here && setServer(x ? 'newer' : 'same'),
      () => {}, // no network: that is what is said already
    );
    addEventListener('online', again);
    return () => {
      here = false;
      removeEventListener('online', again);
    };
  }, [piece, again]);
  // The server is there and a second attempt has failed all the same: this page will not get the piece any more.
  const reload = server === 'newer' || (server === 'same' && piece && error.repeated);
  const text = server === 'newer' ? t.broken.version : piece ? t.broken.piece : t.broken.draw;
  return reload ? (
    <Told text={text} act={t.broken.reload} run={() => location.reload()} />
  ) : (
    <Told text={text} act={t.retry} run={again} />
  );
}
