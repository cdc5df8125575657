/* Who are you: e-mail and password; paste and password managers work. */
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../api/client';
import { ApiError, problemText } from '../../api/problem';
import type { Me, Role } from '../../api/types';
import { useT } from '../../i18n';
import { Field, Icon } from '../../kit';

/* Those whom `gradus demo` makes. */
const demoUsers: { name: string; role: Role }[] = [
  { name: 'owner', role: 'owner' },
  { name: 'head', role: 'head' },
  { name: 'marketer', role: 'marketer' },
  { name: 'anna', role: 'manager' },
];

type Props = {
  who?: string; // the e-mail to begin with
  demo?: boolean;
  title: ReactNode;
  onIn: (me: Me) => unknown;
  children?: ReactNode;
};

export function SignInForm({ who = '', demo = false, title, onIn, children }: Props) {
  const t = useT();
  const [email, setEmail] = useState(who);
  const [password, setPassword] = useState('');
  const go = useMutation({
    mutationFn: () => api.post<Me>('/session', { email: email.trim(), password }).then(onIn),
  });
  const wrong = go.error instanceof ApiError && go.error.status === 401;
  return (
    <form
      className="card door"
      onSubmit={(e) => {
        e.preventDefault();
        go.mutate();
      }}
    >
      {title}
      <Field
        label={t.sign.email}
        type="email"
        name="email"
        autoComplete="username"
        required
        autoFocus={!who}
        value={email}
        onChange={(e) => setEmail(e.currentTarget.value)}
      />
      <Field
        label={t.sign.password}
        type="password"
        name="password"
        autoComplete="current-password"
        required
        autoFocus={!!who}
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
      {children}
    </form>
  );
}
