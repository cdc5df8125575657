/* First start: the administrator, the company, where leads come from. After the second step the person is signed in;
   the third shows the address and the snippet that a site needs, a file to bring, or the way to look round first. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../../api/client';
import { keys } from '../../api/keys';
import { fieldErrors, problemText } from '../../api/problem';
import type { Me } from '../../api/types';
import { Mark } from '../../app/mark';
import { take, useTitle } from '../../app/session';
import { screenTexts, setLang, useLang, useT, type Lang } from '../../i18n';
import { Field, Icon, Seg, Select, toast } from '../../kit';
import type { SetupTexts } from './en';
import './setup.css';

const useSetupT = screenTexts<SetupTexts>({ en: () => import('./en'), ru: () => import('./ru') });

const currencies = ['RUB', 'USD', 'EUR', 'KZT', 'BYN', 'GBP'];

export default function Setup() {
  const tt = useT();
  const t = useSetupT();
  const lang = useLang();
  const qc = useQueryClient();
  const [, go] = useLocation();
  const [step, setStep] = useState(1);
  const [v, setV] = useState({
    name: '',
    email: '',
    password: '',
    company: '',
    currency: lang === 'ru' ? 'RUB' : 'USD',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const [me, setMe] = useState<Me | undefined>();
  useTitle(t.title);
  const make = useMutation({
    mutationFn: () =>
      api.post<Me>('/setup', { ...v, name: v.name.trim(), email: v.email.trim(), lang }).then(take),
    onSuccess: (m) => {
      setMe(m);
      setStep(3);
    },
    onError: (e) => {
      const wrong = fieldErrors(e);
      if (wrong.name || wrong.email || wrong.password) setStep(1);
    },
  });
  const wrong = fieldErrors(make.error);
  const put = (k: keyof typeof v) => (e: { currentTarget: { value: string } }) =>
    setV({ ...v, [k]: e.currentTarget.value });
  const enter = (where: string) => {
    qc.setQueryData(keys.me, me);
    go(where, { replace: true });
  };
  const zones = Intl.supportedValuesOf('timeZone');
  return (
    <main className="alone">
      <div className="card door setup">
        <div className="row">
          <span className="logo">
            <Mark />
            Gradus
          </span>
          <span className="sp" />
          <Seg<Lang>
            label={tt.profile.lang}
            value={lang}
            onChange={(l) => void setLang(l)}
            items={[
              { id: 'ru', label: 'Русский' },
              { id: 'en', label: 'English' },
            ]}
          />
        </div>
        <h1>{t.title}</h1>
        <ol className="setsteps" aria-label={t.title}>
          {[1, 2, 3].map((n) => (
            <li key={n} aria-current={n === step ? 'step' : undefined} className={n < step ? 'done' : ''}>
              {n < step ? <Icon n="check" size="xs" /> : n}
              <span>{t.steps[n - 1]}</span>
            </li>
          ))}
        </ol>
        {step === 1 && (
          <form
            className="col g12"
            onSubmit={(e) => {
              e.preventDefault();
              setStep(2);
            }}
          >
            <Field
              label={t.name}
              autoComplete="name"
              required
              autoFocus
              maxLength={120}
              error={wrong.name}
              value={v.name}
              onChange={put('name')}
            />
            <Field
              label={tt.sign.email}
              type="email"
              autoComplete="username"
              required
              error={wrong.email}
              value={v.email}
              onChange={put('email')}
            />
            <Field
              label={tt.sign.password}
              type="password"
              autoComplete="new-password"
              required
              minLength={8}
              hint={t.passwordHint}
              error={wrong.password}
              value={v.password}
              onChange={put('password')}
            />
            <button className="btn p l">{t.next}</button>
          </form>
        )}
        {step === 2 && (
          <form
            className="col g12"
            onSubmit={(e) => {
              e.preventDefault();
              make.mutate();
            }}
          >
            <Field
              label={t.company}
              autoComplete="organization"
              required
              autoFocus
              maxLength={120}
              error={wrong.company}
              value={v.company}
              onChange={put('company')}
            />
            <Select
              label={t.currency}
              value={v.currency}
              error={wrong.currency}
              onChange={(currency) => setV({ ...v, currency })}
              items={currencies.map((id) => ({ id, label: id }))}
            />
            <Select
              label={tt.profile.zone}
              value={v.zone}
              error={wrong.zone}
              onChange={(zone) => setV({ ...v, zone })}
              items={[...new Set([v.zone, ...zones])].map((id) => ({ id, label: id }))}
            />
            {make.error && !Object.keys(wrong).length && (
              <p className="failed" role="alert">
                {problemText(make.error, tt)}
              </p>
            )}
            <div className="row">
              <button type="button" className="btn l" onClick={() => setStep(1)}>
                {t.back}
              </button>
              <button className="btn p l grow" disabled={make.isPending}>
                {t.create}
              </button>
            </div>
          </form>
        )}
        {step === 3 && (
          <div className="col g12">
            <p className="d">{t.sourceIntro}</p>
            <Snippet />
            <div className="row wrap">
              <button className="btn" onClick={() => enter('/import')}>
                <Icon n="upload" size="s" />
                {t.file}
              </button>
              <button className="btn p grow" onClick={() => enter('/today')}>
                {t.look}
              </button>
            </div>
            <p className="dd t12">{t.demo}</p>
          </div>
        )}
      </div>
    </main>
  );
}

/* A key for a site is public: it may only add events, so it can stand in a page. It is shown once. */
function Snippet() {
  const tt = useT();
  const t = useSetupT();
  const [key, setKey] = useState('');
  const make = useMutation({
    mutationFn: () => api.post<{ key: string }>('/keys', { name: t.keyName, scope: 'events', public: true }),
    onSuccess: (k) => setKey(k.key),
    onError: (e) => toast(problemText(e, tt), { bad: true }),
  });
  if (!key)
    return (
      <button className="btn" disabled={make.isPending} onClick={() => make.mutate()}>
        <Icon n="globe" size="s" />
        {t.site}
      </button>
    );
  const text = `analytics.load({ writeKey: '${key}', cdnURL: '${location.origin}' },\n  { integrations: { 'Segment.io': { apiHost: '${location.host}/v1', protocol: '${location.protocol.slice(0, -1)}' } } });`;
  return (
    <div className="col g6">
      <p className="t13">{t.siteHow}</p>
      <pre className="code" tabIndex={0}>
        {text}
      </pre>
      <button
        className="btn s"
        onClick={() => void navigator.clipboard?.writeText(text).then(() => toast(t.copied))}
      >
        <Icon n="copy" size="s" />
        {t.copy}
      </button>
    </div>
  );
}
