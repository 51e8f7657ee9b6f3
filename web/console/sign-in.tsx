import { type FormEvent, useId, useState } from 'react';
import type { KeyValues } from '../shared/browser-storage.ts';
import type { Result } from '../shared/request.ts';
import { consoleWords } from '../words.ts';

const nameKey = 'frontdesk.desk.name';

/** The way in: a name, and a token where the server wants one. */
export const SignIn = ({
  storage,
  tokenRequired,
  lapsed,
  onSignIn,
}: {
  readonly storage: KeyValues;
  readonly tokenRequired: boolean;
  /** An earlier sign-in ran out. */
  readonly lapsed: boolean;
  readonly onSignIn: (name: string, token: string) => Promise<Result<unknown>>;
}) => {
  const [name, setName] = useState(() => storage.get(nameKey) ?? '');
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string>();
  const ids = { name: useId(), token: useId(), hint: useId(), error: useId() };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    storage.set(nameKey, name.trim());
    const result = await onSignIn(name.trim(), token);
    setBusy(false);
    setError(result.ok ? undefined : result.failure.detail);
  };

  return (
    <main className="console console--bare">
      <form className="sign-in" onSubmit={(event) => void submit(event)}>
        <h1>{consoleWords.signInTitle}</h1>
        <p>{lapsed ? consoleWords.signedOut : consoleWords.signInText}</p>
        <label htmlFor={ids.name}>{consoleWords.name}</label>
        <input
          id={ids.name}
          className="field"
          autoComplete="name"
          // biome-ignore lint/a11y/noAutofocus: the page has no other purpose
          autoFocus
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {tokenRequired ? (
          <>
            <label htmlFor={ids.token}>{consoleWords.token}</label>
            <input
              id={ids.token}
              className="field"
              type="password"
              autoComplete="current-password"
              required
              maxLength={500}
              aria-describedby={ids.hint}
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
            <p id={ids.hint} className="sign-in__hint">
              {consoleWords.tokenHint}
            </p>
          </>
        ) : undefined}
        {error === undefined ? undefined : (
          <p className="sign-in__error" role="alert">
            {error}
          </p>
        )}
        <button type="submit" className="button button--primary" disabled={busy || name.trim() === ''}>
          {busy ? consoleWords.signingIn : consoleWords.signIn}
        </button>
      </form>
    </main>
  );
};
