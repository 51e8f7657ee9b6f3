import { expect, it } from 'vitest';
import type { ConversationState, StatusQuery } from '#core/channel.ts';
import type { ConversationId } from '#core/message.ts';
import { anAdapter } from '#test/fakes/pipeline.ts';
import { type Answers, answerDelivery } from './answer-delivery.ts';

const statusOf: StatusQuery['statusOf'] = { channel: 'slack', space: 'C1', externalId: 'T1:UADA' };
const cardOf = { channel: 'teams', space: '19:desk', thread: '1' } as const;
const never = () => Promise.reject(new Error('The rows were asked.'));
const answers = (more: Partial<Answers> = {}): Answers => ({ findState: never, findCard: never, ...more });

it('gives back what the adapter answered, and asks nobody', async () => {
  const response = { status: 401, body: 'signature', headers: { 'content-type': 'text/plain' } };
  expect(await answerDelivery(anAdapter(), { response }, [], answers())).toBe(response);
});

it('puts into the adapter’s words how a conversation stands, or that there is none', async () => {
  const asked: unknown[] = [];
  const adapter = anAdapter({
    answerStatus: (found) => ({ status: 200, body: found === undefined ? 'none' : `${found.status} ${found.owner}` }),
  });
  const answer = (found: ConversationState | undefined) =>
    answerDelivery(
      adapter,
      { response: { statusOf } },
      [],
      answers({
        findState: async (query) => {
          asked.push(query);
          return found;
        },
      }),
    );
  expect(await answer({ status: 'human', owner: 'Mira' })).toEqual({ status: 200, body: 'human Mira' });
  expect(await answer(undefined)).toEqual({ status: 200, body: 'none' });
  expect(asked).toEqual([statusOf, statusOf]);
});

it('acknowledges where the adapter has no words for it', async () => {
  const nothing = answers({ findState: async () => undefined, findCard: async () => ({ settled: true }) });
  for (const response of [{ statusOf }, { cardOf }])
    expect(await answerDelivery(anAdapter(), { response }, [], nothing)).toEqual({ status: 200, body: '' });
});

it('shows the card as it is once the action has been worked off', async () => {
  const taken = [{ kind: 'accepted', conversationId: '7' as ConversationId, seq: 3 }] as const;
  const asked: unknown[] = [];
  const adapter = anAdapter({
    answerCard: ({ refusal = 'done', settled }) => ({ status: 200, body: `${refusal} ${settled}` }),
  });
  const findCard: Answers['findCard'] = async (...query) => {
    asked.push(query);
    return { refusal: 'Mira has it.', settled: true };
  };
  const response = { cardOf, actionId: 'a1' };
  expect(await answerDelivery(adapter, { response }, taken, answers({ findCard }))).toEqual({
    status: 200,
    body: 'Mira has it. true',
  });
  expect(asked).toEqual([[response, taken]]);
});
