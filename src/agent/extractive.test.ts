import { describe, expect, it } from 'vitest';
import { aPassage, aTurn } from '#test/fakes/turn.ts';
import { createExtractiveAnswerer, createExtractiveRunnable } from './extractive.ts';

const refunds = aPassage('Refunds', 'Refunds take 5 to 7 working days.');

describe('the extractive answerer', () => {
  const answerer = createExtractiveAnswerer();

  it('quotes with citation; its confidence is the evidence', async () => {
    expect(await answerer.answer(aTurn({ passages: [refunds], evidence: 0.8 }))).toEqual({
      kind: 'answer',
      content: { markdown: 'Refunds take 5 to 7 working days. [1]', attachments: [] },
      citations: [{ n: 1, documentId: 'Refunds', title: 'Refunds', url: refunds.url, text: refunds.text }],
      confidence: 0.8,
    });
  });

  it.each([
    ['weak evidence', { passages: [refunds], evidence: 0.49 }],
    ['no passages', { passages: [], evidence: 1 }],
    ['passages without text', { passages: [aPassage('Empty', '## Only a heading')] }],
  ])('offers a person on %s', async (_what, parts) => {
    expect(await answerer.answer(aTurn(parts))).toMatchObject({
      kind: 'ask-back',
      content: { markdown: "I couldn't find this in our documentation. Shall I bring in a colleague?" },
    });
  });

  it('brings a person at once where the operator wants that of weak evidence', async () => {
    const strict = createExtractiveAnswerer({ answer: 0.6, askBack: 0.3 });
    const kinds = [0.59, 0.3, 0.29].map(async (evidence) => {
      const outcome = await strict.answer(aTurn({ passages: [refunds], evidence }));
      return outcome.kind === 'escalate' ? outcome.reason : outcome.kind;
    });
    expect(await Promise.all(kinds)).toEqual(['ask-back', 'ask-back', 'low-confidence']);
  });

  it('speaks the language of the customer', async () => {
    const outcome = await answerer.answer(aTurn({ session: { language: 'fr-CH' } }));
    expect(outcome).toMatchObject({ content: { markdown: expect.stringContaining("Je n'ai pas trouvé") } });
  });

  it('does not answer an aborted turn', async () => {
    await expect(answerer.answer(aTurn({ signal: AbortSignal.abort(new Error('gone')) }))).rejects.toThrow('gone');
  });

  it('is a Runnable that can be composed', async () => {
    const runnable = (await createExtractiveRunnable()).pipe((outcome) => outcome.kind);
    expect(await runnable.batch([aTurn({ passages: [refunds] }), aTurn()])).toEqual(['answer', 'ask-back']);
  });
});
