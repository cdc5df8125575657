/* Which of the four faces of the page is shown: set-up, sign-in, the shell with a screen, or a failure. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api, whenSignedOut } from '../api/client';
import { keys } from '../api/keys';
import { Failed, Later, Skeleton, Sprite, Toasts } from '../kit';
import { useT } from '../i18n';
import { lazy } from '../load/piece';
import { onKey } from './keys';
import { endSession, useEnded, useSession } from './session';
import { Shell } from './shell';

const Setup = lazy(() => import('../pages/setup'));
const Again = lazy(() => import('../pages/signin/again'));
const SignIn = lazy(() => import('../pages/signin'));

export function App() {
  const t = useT();
  const session = useSession();
  const ended = useEnded();
  const signedOut = session.data === null;
  const setup = useQuery({
    queryKey: keys.setup,
    queryFn: () => api.get<{ needed: boolean; demo?: boolean; version?: string }>('/setup'),
    enabled: signedOut,
    staleTime: Infinity,
  });
  useEffect(() => {
    whenSignedOut(endSession);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Sprite />
      <Later wait={<Skeleton rows={3} />}>
        {session.data ? (
          <Shell />
        ) : session.error ? (
          <main className="alone">
            <Failed error={session.error} retry={() => void session.refetch()} />
          </main>
        ) : signedOut && setup.data?.needed ? (
          <Setup />
        ) : signedOut && !setup.isPending ? (
          <SignIn demo={!!setup.data?.demo} />
        ) : null}
      </Later>
      {ended && (
        <Later wait={null}>
          <Again who={ended} />
        </Later>
      )}
      <Toasts undo={t.undo} />
    </>
  );
}
