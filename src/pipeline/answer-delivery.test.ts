import { expect, it } from 'vitest';
import type { ConversationState, StatusQuery } from '#core/channel.ts';
import { anAdapter } from '#test/fakes/pipeline.ts';
import { answerDelivery } from './answer-delivery.ts';

const statusOf: StatusQuery['statusOf'] = { channel: 'slack', space: 'C1', externalId: 'T1:UADA' };
const never = () => Promise.reject(new Error('The rows were asked.'));

it('gives back what the adapter answered, and asks nobody', async () => {
  const response = { status: 401, body: 'signature', headers: { 'content-type': 'text/plain' } };
  expect(await answerDelivery(anAdapter(), { response }, never)).toBe(response);
});

it('puts into the adapter’s words how a conversation stands, or that there is none', async () => {
  const asked: unknown[] = [];
  const adapter = anAdapter({
    answerStatus: (found) => ({ status: 200, body: found === undefined ? 'none' : `${found.status} ${found.owner}` }),
  });
  const answer = (found: ConversationState | undefined) =>
    answerDelivery(adapter, { response: { statusOf } }, async (query) => {
      asked.push(query);
      return found;
    });
  expect(await answer({ status: 'human', owner: 'Mira' })).toEqual({ status: 200, body: 'human Mira' });
  expect(await answer(undefined)).toEqual({ status: 200, body: 'none' });
  expect(asked).toEqual([statusOf, statusOf]);
});

it('acknowledges where the adapter has no words for it', async () => {
  expect(await answerDelivery(anAdapter(), { response: { statusOf } }, async () => undefined)).toEqual({
    status: 200,
    body: '',
  });
});
