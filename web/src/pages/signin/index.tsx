/* The page of signing in. */
import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/keys';
import { Mark } from '../../app/mark';
import { take, useTitle } from '../../app/session';
import { setLang, useLang, useT } from '../../i18n';
import { SignInForm } from './form';

export default function SignIn({ demo }: { demo: boolean }) {
  const t = useT();
  const lang = useLang();
  const qc = useQueryClient();
  useTitle(t.sign.title);
  return (
    <main className="alone">
      <SignInForm
        demo={demo}
        onIn={async (me) => qc.setQueryData(keys.me, await take(me))}
        title={
          <>
            <span className="logo">
              <Mark />
              Gradus
            </span>
            <h1>{t.sign.title}</h1>
          </>
        }
      >
        <button
          type="button"
          className="btn g s"
          lang={lang === 'ru' ? 'en' : 'ru'}
          onClick={() => void setLang(lang === 'ru' ? 'en' : 'ru')}
        >
          {lang === 'ru' ? 'English' : 'Русский'}
        </button>
      </SignInForm>
    </main>
  );
}
