/* Sign-in: e-mail and password; paste and password managers work. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { ApiError, problemText } from '../../api/problem';
import type { Me, Role } from '../../api/types';
import { Mark } from '../../app/mark';
import { take, useTitle } from '../../app/session';
import { setLang, useLang, useT } from '../../i18n';
import { Field, Icon } from '../../kit';

/* Those whom `gradus demo` makes. */
const demoUsers: { name: string; role: Role }[] = [
  { name: 'owner', role: 'owner' },
  { name: 'head', role: 'head' },
  { name: 'marketer', role: 'marketer' },
  { name: 'anna', role: 'manager' },
];

export default function SignIn({ demo }: { demo: boolean }) {
  const t = useT();
  const lang = useLang();
  const qc = useQueryClient();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  useTitle(t.sign.title);
  const go = useMutation({
    mutationFn: () => api.post<Me>('/session', { email: email.trim(), password }).then(take),
    onSuccess: (me) => qc.setQueryData(keys.me, me),
  });
  const wrong = go.error instanceof ApiError && go.error.status === 401;
  return (
    <main className="alone">
      <form
        className="card door"
        onSubmit={(e) => {
          e.preventDefault();
          go.mutate();
        }}
      >
        <span className="logo">
          <Mark />
          Gradus
        </span>
        <h1>{t.sign.title}</h1>
        <Field
          label={t.sign.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus
          value={email}
          onChange={(e) => setEmail(e.currentTarget.value)}
        />
        <Field
          label={t.sign.password}
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
        />
        {go.error && (
          <p className="failed" role="alert">
            <Icon n="warn" size="s" />
            {wrong ? t.sign.wrong : problemText(go.error, t)}
          </p>
        )}
        <button className="btn p l" disabled={go.isPending}>
          {t.sign.enter}
        </button>
        {demo && (
          <div className="col g4">
            <p className="t12 dd">{t.sign.demo}</p>
            <span className="row g6 wrap">
              {demoUsers.map((u) => (
                <button
                  key={u.name}
                  type="button"
                  className="btn s"
                  onClick={() => {
                    setEmail(`${u.name}@demo.example`);
                    setPassword('demonstration');
                  }}
                >
                  {t.role[u.role]}
                </button>
              ))}
            </span>
          </div>
        )}
        <button
          type="button"
          className="btn g s"
          lang={lang === 'ru' ? 'en' : 'ru'}
          onClick={() => void setLang(lang === 'ru' ? 'en' : 'ru')}
        >
          {lang === 'ru' ? 'English' : 'Русский'}
        </button>
      </form>
    </main>
  );
}
