import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { engines, openTestDatabase } from '#test/database.ts';
import { openChat, startProduct, until } from '#test/product.ts';

describe.runIf(engines.includes('postgres'))('web and worker as processes of their own, without Redis', () => {
  it('answers over the REST wait and shows the answer live on a socket of the web process', {
    timeout: 120_000,
  }, async () => {
    await using database = await openTestDatabase('postgres');
    const env = { DATABASE_URL: database.url as string };
    await using web = await startProduct({ role: 'web', env });
    await using _worker = await startProduct({ role: 'worker', env });
    const chat = await openChat(web.url);
    const socket = new WebSocket(`${web.url.replace('http', 'ws')}/ws?session_id=${chat.id}&token=${chat.token}`);
    const events: { type: string; message?: { author: { role: string }; citations: unknown[] } }[] = [];
    socket.on('message', (data) => events.push(JSON.parse(String(data))));
    await once(socket, 'open');
    // Each time as somebody else: whoever asks the same again is handed to a person.
    await until('the sample knowledge is there', async () => {
      const { body } = await (await openChat(web.url)).say('How do I reset my password?');
      return body.replies[0]?.kind === 'answer';
    });
    await chat.say('How do I reset my password?');
    await until(
      'the answer on the socket',
      () =>
        events.some(
          (event) =>
            event.type === 'message' && event.message?.author.role === 'bot' && event.message.citations.length > 0,
        ),
      10_000,
    );
    socket.close();
    expect(await web.stop()).toBe(0);
  });
});
