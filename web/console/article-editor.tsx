import { type KeyboardEvent, type Ref, useId } from 'react';
import type { ArticleWire } from '#src/http/wire.ts';
import { articleWords } from '../words.ts';
import type { ArticleChange } from './console-api.ts';
import { visibilityInWords } from './visibility-in-words.ts';

/** A draft to be changed: question, answer, and who finds it. */
export const ArticleEditor = ({
  ref,
  article,
  value,
  busy,
  onChange,
}: {
  readonly ref: Ref<HTMLTextAreaElement>;
  readonly article: ArticleWire;
  readonly value: ArticleChange;
  readonly busy: boolean;
  readonly onChange: (value: ArticleChange) => void;
}) => {
  const id = useId();
  const organization = article.organization === undefined ? [] : [`org:${article.organization}`];
  const choices = [...new Set(['public', ...organization, 'internal', article.visibility])];
  const leave = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key === 'Escape') event.currentTarget.blur();
  };
  return (
    <div className="article-editor">
      <label htmlFor={`${id}question`}>{articleWords.question}</label>
      <input
        id={`${id}question`}
        className="field"
        value={value.question}
        maxLength={300}
        disabled={busy}
        onKeyDown={leave}
        onChange={(event) => onChange({ ...value, question: event.target.value })}
      />
      <label htmlFor={`${id}answer`}>{articleWords.answer}</label>
      <textarea
        ref={ref}
        id={`${id}answer`}
        className="field"
        rows={10}
        value={value.answer}
        maxLength={20_000}
        disabled={busy}
        onKeyDown={leave}
        onChange={(event) => onChange({ ...value, answer: event.target.value })}
      />
      <fieldset disabled={busy}>
        <legend>{articleWords.visibility}</legend>
        {choices.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={`${id}visibility`}
              checked={value.visibility === choice}
              onKeyDown={leave}
              onChange={() => onChange({ ...value, visibility: choice })}
            />
            {visibilityInWords(choice)}
          </label>
        ))}
      </fieldset>
    </div>
  );
};
