import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attachment } from '#core/message.ts';
import { type FakeChannelDeps, fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { desk, type FakeTeams, startFakeTeams } from '#test/fakes/teams/index.ts';
import { isThing, things } from '#test/fakes/teams/types.ts';
import { addressIn, teamsMessage, teamsParts, teamsSender } from '#test/teams-sending.ts';
import { createFinishConsent } from './file-consent.ts';
import { createMayReach } from './file-hosts.ts';

let teams: FakeTeams;
let deps: FakeChannelDeps;
const signal = new AbortController().signal;

beforeEach(async () => {
  teams = await startFakeTeams();
  deps = fakeChannelDeps();
});
afterEach(() => {
  expect(teams.problems).toEqual([]);
  return teams[Symbol.asyncDispose]();
});

const file = async (name: string, mime: string, bytes: Uint8Array): Promise<Attachment> => {
  const ref = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  await deps.blobs.put(ref, bytes);
  return { name, mime, bytes: bytes.byteLength, ref };
};
const pdf = () => file('Report *1*.pdf', 'application/pdf', Buffer.from('the report'));
const png = (size = 100) => file('shot.png', 'image/png', Buffer.alloc(size, 1));
const send = (place: string, attachments: readonly Attachment[], markdown = 'Here it is', thread?: string) =>
  teamsSender(teams, deps).send(
    teamsMessage(addressIn(teams, place, thread), '', { content: { markdown, attachments } }),
    signal,
  );
const attachmentsIn = (place: string) => teams.bots(place).flatMap(({ activity }) => activity.attachments ?? []);
const said = (place: string): string =>
  teams
    .bots(place)
    .map(({ activity }) => String(activity.text))
    .join(' ');

describe('files of a message', () => {
  it('are shown as pictures in every kind of place', async () => {
    const { id } = await teams.say({ user: 'otto', place: desk, text: 'A word', mention: true });
    expect(await send(desk, [await png()], 'Look', id)).toMatchObject({ ok: true });
    expect(await send('a:mira', [await png()])).toMatchObject({ ok: true });
    expect(attachmentsIn(desk)).toEqual([
      {
        ...{ contentType: 'image/png', name: 'shot.png' },
        contentUrl: `data:image/png;base64,${Buffer.alloc(100, 1).toString('base64')}`,
      },
    ]);
    expect(said(desk)).toBe('Look');
    expect(attachmentsIn('a:mira')).toHaveLength(1);
  });

  it('are named where they cannot be sent, and what they are not', async () => {
    const { id } = await teams.say({ user: 'otto', place: desk, text: 'A word', mention: true });
    await send(desk, [await pdf(), await png(1_000_001)], 'Look', id);
    expect(said(desk)).toContain('Report \\_1\\_.pdf');
    expect(said(desk)).toContain('shot.png');
    expect(said(desk)).toContain('are attached to the case in the console');
    await send('19:customers@thread.tacv2', [await pdf()], '', '');
    expect(said('19:customers@thread.tacv2')).toContain('could not be passed on');
    const gone = { name: 'gone.txt', mime: 'text/plain', bytes: 4, ref: `sha256:${'0'.repeat(64)}` };
    await send('a:mira', [gone]);
    expect(said('a:mira')).toContain('gone.txt');
    expect(said('a:mira')).toContain('is not there any more');
  });

  it('are left out, by name, when Teams does not take the pictures', async () => {
    teams.fail('send', { status: 413 });
    expect(await send('19:acme-chat@thread.v2', [await png()])).toMatchObject({ ok: true });
    expect(attachmentsIn('19:acme-chat@thread.v2')).toEqual([]);
    expect(said('19:acme-chat@thread.v2')).toContain('shot.png');
  });

  it('are offered in a personal chat after the words, each once, also when an offer has to wait', async () => {
    const sender = teamsSender(teams, deps);
    const second = await file('Two.pdf', 'application/pdf', Buffer.from('the second'));
    const message = teamsMessage(addressIn(teams, 'a:mira'), '', {
      content: { markdown: 'Two files', attachments: [await pdf(), second] },
    });
    teams.fail('send', { status: 502 });
    expect(await sender.send(message, signal)).toMatchObject({ ok: false, permanent: false });
    expect(await sender.find(message, signal)).toBeUndefined();
    expect(await sender.send(message, signal)).toMatchObject({ ok: true, externalId: teams.bots('a:mira')[0]?.id });
    expect(attachmentsIn('a:mira')).toMatchObject([{ name: 'Report _1_.pdf' }, { name: 'Two.pdf' }]);
    expect(teams.bots('a:mira')).toHaveLength(3);
    expect(await sender.find(message, signal)).toMatchObject({ externalId: teams.bots('a:mira')[0]?.id });
  });
});

describe('the answer to an offer', () => {
  const offer = async () => {
    await send('a:mira', [await pdf()], '');
    const card = teams.bots('a:mira').at(-1);
    const [attachment] = things(card?.activity.attachments);
    const content = isThing(attachment?.content) ? attachment.content : {};
    return { cardId: card?.id ?? '', context: content.acceptContext };
  };
  const finish = (more: object = {}) => {
    const { config, connector, log } = teamsParts(teams, deps);
    const { blobs, now } = deps;
    return createFinishConsent({ connector, blobs, mayReach: createMayReach(config), log, now, ...more });
  };
  const reference = () => ({ serviceUrl: teams.serviceUrl, conversationId: 'a:mira', type: 'personal' as const });
  const upload = (uploadUrl: string) => ({
    ...{ uploadUrl, contentUrl: 'https://home.sharepoint.com/report.pdf', name: 'Report.pdf' },
    ...{ uniqueId: 'one', fileType: 'pdf' },
  });
  const shown = () => teams.bots('a:mira').at(-1)?.activity;

  it('puts the file where Teams says, without our token, and shows it instead of the offer', async () => {
    const asked: { url: string; headers: Headers; body: string }[] = [];
    const fetch: typeof globalThis.fetch = async (url, init) => {
      const body = Buffer.from(init?.body as Uint8Array).toString();
      asked.push({ url: String(url), headers: new Headers(init?.headers), body });
      return new Response(null, { status: 201 });
    };
    const { cardId, context } = await offer();
    const uploadUrl = 'https://home-my.sharepoint.com/upload?tempauth=x';
    await finish({ fetch })({ accepted: true, context, cardId, upload: upload(uploadUrl) }, reference(), signal);
    expect(asked).toMatchObject([{ url: uploadUrl, body: 'the report' }]);
    expect(asked[0]?.headers.get('content-range')).toBe('bytes 0-9/10');
    expect(asked[0]?.headers.get('authorization')).toBeNull();
    expect(shown()?.attachments).toMatchObject([
      { contentType: 'application/vnd.microsoft.teams.card.file.info', content: { uniqueId: 'one' } },
    ]);
    expect(teams.bots('a:mira')).toHaveLength(1);
  });

  it('asks no other host, and says that it did not work', async () => {
    const { cardId, context } = await offer();
    for (const url of ['https://evil.example/x', 'http://169.254.169.254/x', 'https://sharepoint.com.evil.example/'])
      await finish({ fetch: () => Promise.reject(new Error('asked')) })(
        { accepted: true, context, cardId, upload: upload(url) },
        reference(),
        signal,
      );
    expect(shown()?.text).toContain('could not be put into your OneDrive');
    expect(JSON.stringify(deps.log.lines)).not.toContain('asked');
  });

  it('uploads once, though the yes is delivered twice', async () => {
    let uploads = 0;
    const fetch: typeof globalThis.fetch = async () => {
      uploads += 1;
      return new Response(null, { status: uploads === 1 ? 201 : 404 });
    };
    const { cardId, context } = await offer();
    const answer = { accepted: true, context, cardId, upload: upload('https://home-my.sharepoint.com/upload') };
    const finishing = finish({ fetch });
    await Promise.all([finishing(answer, reference(), signal), finishing(answer, reference(), signal)]);
    expect(uploads).toBe(1);
    expect(shown()?.attachments).toHaveLength(1);
    expect(teams.bots('a:mira')).toHaveLength(1);
  });

  it('changes no message that is no offer', async () => {
    await send('a:mira', [], 'An answer');
    const cardId = teams.bots('a:mira').at(-1)?.id ?? '';
    await finish()({ accepted: false, context: {}, cardId }, reference(), signal);
    expect(said('a:mira')).toContain('An answer');
    const { context } = await offer();
    const { id } = await teams.say({ user: 'otto', place: desk, text: 'A word', mention: true });
    await send(desk, [], 'A card', id);
    const [card] = teams.bots(desk);
    const there = { ...reference(), conversationId: `${desk};messageid=${id}`, type: 'channel' as const };
    await finish()({ accepted: false, context, cardId: card?.id ?? '' }, there, signal);
    expect(said(desk)).toBe('A card');
  });

  it('takes a no, and an answer to something that was never offered', async () => {
    const { cardId, context } = await offer();
    await finish()({ accepted: false, context, cardId }, reference(), signal);
    expect(shown()?.text).toContain('was not sent');
    await finish()({ accepted: true, context: { ref: '/etc/passwd' } }, reference(), signal);
    expect(shown()?.text).toContain('could not be put into your OneDrive');
  });
});
