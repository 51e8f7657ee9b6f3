import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bareClient } from './bare-client.ts';
import { allText, citationsOf, desk, type FakeTeams, isLabelledAi, startFakeTeams } from './index.ts';
import { type RecordingApp, startRecordingApp } from './recording-app.ts';

let teams: FakeTeams;
let app: RecordingApp;
let client: Awaited<ReturnType<typeof bareClient>>;

beforeEach(async () => {
  [teams, app] = await Promise.all([startFakeTeams({ patience: { retriesMs: [] } }), startRecordingApp()]);
  teams.connect(app.url);
  client = await bareClient(teams);
});
afterEach(async () => {
  await teams[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const adaptive = 'application/vnd.microsoft.card.adaptive';

const execute = (title: string, verb: string) => ({
  type: 'Action.Execute',
  title,
  verb,
  data: { verb, code: '7F3K', v: 1 },
  fallback: { type: 'Action.Submit', title, data: { verb, code: '7F3K', v: 1 } },
});

const card = (status: string) => ({
  type: 'AdaptiveCard',
  version: '1.4',
  body: [
    { type: 'TextBlock', text: `**Case 7F3K** is ${status}\\. It's {{DATE(2027-01-15T09:00:00Z,SHORT)}}` },
    { type: 'FactSet', facts: [{ title: 'Customer', value: 'Ann &amp; Ben' }] },
    { type: 'Container', isVisible: false, items: [{ type: 'TextBlock', text: 'A long transcript' }] },
  ],
  actions: [
    execute('Claim', 'claim'),
    {
      type: 'Action.ShowCard',
      title: 'Reply',
      card: {
        type: 'AdaptiveCard',
        body: [
          { type: 'Input.Text', id: 'text', label: 'Your reply', isRequired: true, errorMessage: 'Write something' },
        ],
        actions: [execute('Send to customer', 'reply')],
      },
    },
    {
      type: 'Action.ShowCard',
      title: 'Reassign',
      card: {
        type: 'AdaptiveCard',
        body: [
          {
            type: 'Input.ChoiceSet',
            id: 'person',
            label: 'Who',
            choices: [],
            'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users?scope=currentContext' },
          },
        ],
        actions: [execute('Hand over', 'reassign')],
      },
    },
    { type: 'Action.OpenUrl', title: 'Open in console', url: 'https://desk.example/7F3K' },
  ],
});

/** The card as a new post at the desk. */
const posted = async (content: Readonly<Record<string, unknown>> = card('open')) => {
  const { body } = await client.root(desk, { type: 'message', attachments: [{ contentType: adaptive, content }] });
  return { place: desk, activityId: String(body.activityId) };
};

describe('a card', () => {
  it('reads as a person reads it, with everything that can be pressed', async () => {
    const { activityId } = await posted();
    const activity = teams.message(desk, activityId)?.activity ?? {};
    expect(teams.visibleText(activity)).toBe(
      [
        "Case 7F3K is open. It's 2027-01-15T09:00:00Z",
        'Customer: Ann & Ben',
        '[Claim] [Reply] [Reassign] [Open in console]',
      ].join('\n'),
    );
    expect(allText(activity)).toContain('A long transcript');
    expect(allText(activity)).toContain('Your reply');
    expect(teams.buttons(activity)).toEqual([
      'Claim',
      'Reply',
      'Send to customer',
      'Reassign',
      'Hand over',
      'Open in console',
    ]);
  });

  it('is pressed by an invoke; whoever pressed sees the answer, everybody the next update', async () => {
    const at = await posted();
    app.answer = () => ({ status: 200, body: { statusCode: 200, type: adaptive, value: card('yours') } });
    const pressed = await teams.press({ user: 'mira', ...at, label: 'Claim' });
    expect(app.activities.at(-1)).toMatchObject({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: at.activityId,
      conversation: { id: `${desk};messageid=${at.activityId}` },
      from: { aadObjectId: teams.person('mira').aad },
      value: {
        trigger: 'manual',
        action: { type: 'Action.Execute', verb: 'claim', data: { verb: 'claim', code: '7F3K', v: 1 } },
      },
    });
    expect(pressed).toMatchObject({ status: 200, statusCode: 200, card: card('yours') });
    const message = teams.message(desk, at.activityId);
    expect([...(message?.views.keys() ?? [])]).toEqual(['mira']);
    expect(teams.visibleText(message?.activity ?? {})).toContain('is open');
    await client.update(desk, at.activityId, { attachments: [{ contentType: adaptive, content: card('taken') }] });
    expect(message?.views.size).toBe(0);
    expect(teams.visibleText(message?.activity ?? {})).toContain('is taken');
  });

  it('sends what was typed behind a ShowCard, and not before it is complete', async () => {
    const at = await posted();
    app.answer = () => ({
      status: 200,
      body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Sent' },
    });
    const reply = (inputs: Readonly<Record<string, string>>) =>
      teams.press({ user: 'mira', ...at, label: 'Send to customer', inputs });
    expect(await reply({ text: 'On its way' })).toMatchObject({ said: 'Sent' });
    expect(app.activities.at(-1)).toMatchObject({ value: { action: { data: { verb: 'reply', text: 'On its way' } } } });
    await expect(reply({})).rejects.toThrow('Write something');
    await expect(reply({ txt: 'Typo' })).rejects.toThrow('no input txt');
    await expect(teams.press({ user: 'mira', ...at, label: 'Resolve' })).rejects.toThrow('there is "Claim" (claim)');
    await teams.press({ user: 'mira', ...at, verb: 'reassign', inputs: { person: 'otto' } });
    const { value } = app.activities.at(-1) as { value: { action: { data: { person: string } } } };
    expect(value.action.data.person).toBe(teams.person('otto').aad);
  });

  it('goes out as a message from clients that know no Action.Execute', async () => {
    const at = await posted();
    await teams.submit({ user: 'mira', ...at, label: 'Claim' });
    expect(app.activities.at(-1)).toMatchObject({
      type: 'message',
      replyToId: at.activityId,
      value: { verb: 'claim' },
    });
    expect(app.activities.at(-1)).not.toHaveProperty('text');
    expect(await teams.press({ user: 'mira', ...at, label: 'Open in console' })).toMatchObject({
      url: 'https://desk.example/7F3K',
      events: [],
    });
  });

  it('refreshes for those whom it names', async () => {
    const refresh = { action: execute('Refresh', 'refresh'), userIds: [teams.person('mira').id] };
    const at = await posted({ ...card('open'), refresh });
    app.answer = () => ({ status: 200, body: { statusCode: 200, type: adaptive, value: card('fresh') } });
    expect(await teams.look({ user: 'mira', ...at })).toMatchObject({ card: card('fresh') });
    expect(app.activities.at(-1)).toMatchObject({ value: { trigger: 'automatic', action: { verb: 'refresh' } } });
    expect(await teams.look({ user: 'otto', ...at })).toBeUndefined();
  });
});

describe('an answer', () => {
  it('shows its label and sources, and takes votes where it asks for them', async () => {
    const appearance = {
      '@type': 'DigitalDocument',
      name: 'Invoices',
      abstract: 'How to',
      url: 'https://help.example/',
    };
    const entity = {
      type: 'https://schema.org/Message',
      '@type': 'Message',
      '@context': 'https://schema.org',
      additionalType: ['AIGeneratedContent'],
      citation: [{ '@type': 'Claim', position: 1, appearance }],
    };
    const answer = { text: 'Under *Billing* [1]', textFormat: 'markdown', entities: [entity] };
    const { body } = await client.send('a:mira', { ...answer, channelData: { feedbackLoopEnabled: true } });
    const { activity } = teams.message('a:mira', String(body.id)) ?? { activity: {} };
    expect(isLabelledAi(activity)).toBe(true);
    expect(citationsOf(activity)).toEqual([
      { n: 1, name: 'Invoices', abstract: 'How to', url: 'https://help.example/' },
    ]);
    await teams.vote({
      user: 'mira',
      place: 'a:mira',
      activityId: String(body.id),
      reaction: 'dislike',
      feedback: 'Old',
    });
    expect(app.activities.at(-1)).toMatchObject({
      type: 'invoke',
      name: 'message/submitAction',
      replyToId: String(body.id),
      value: { actionName: 'feedback', actionValue: { reaction: 'dislike', feedback: '{"feedbackText":"Old"}' } },
    });
    const plain = await client.send('a:mira', { text: 'Hi' });
    const vote = { user: 'mira', place: 'a:mira', activityId: String(plain.body.id), reaction: 'like' } as const;
    await expect(teams.vote(vote)).rejects.toThrow('Nobody can vote');
  });

  it('can suggest what to say next', async () => {
    const actions = [{ type: 'imBack', title: 'A person, please', value: 'Let me talk to a person' }];
    const { body } = await client.send('a:mira', { text: 'Hi', suggestedActions: { to: [], actions } });
    await teams.press({ user: 'mira', place: 'a:mira', activityId: String(body.id), label: 'A person, please' });
    expect(app.activities.at(-1)).toMatchObject({ type: 'message', text: 'Let me talk to a person' });
    expect(teams.messages('a:mira')).toHaveLength(2);
  });
});

describe('a file that the bot offers', () => {
  const contentType = 'application/vnd.microsoft.teams.card.file.consent';
  const content = {
    description: 'Your export',
    sizeInBytes: 9,
    acceptContext: { file: 1 },
    declineContext: { file: 1 },
  };

  it('is uploaded after somebody agreed', async () => {
    const { body } = await client.send('a:mira', { attachments: [{ contentType, name: 'export.csv', content }] });
    const at = { user: 'mira', place: 'a:mira', activityId: String(body.id) };
    expect(teams.visibleText(teams.message('a:mira', at.activityId)?.activity ?? {})).toContain('export.csv');
    await teams.consent({ ...at, accept: false });
    expect(app.activities.at(-1)).toMatchObject({ name: 'fileConsent/invoke', value: { action: 'decline' } });
    await teams.consent({ ...at, accept: true });
    const { value } = app.activities.at(-1) as { value: { context: unknown; uploadInfo: { uploadUrl: string } } };
    expect(value.context).toEqual({ file: 1 });
    const put = (part: string, range: string) =>
      fetch(value.uploadInfo.uploadUrl, { method: 'PUT', body: part, headers: { 'content-range': range } });
    expect((await put('a;b\n', 'bytes 0-3/9')).status).toBe(202);
    expect((await put('1;2', 'bytes 0-2/9')).status).toBe(416);
    expect((await put('1;2;3', 'bytes 4-8/9')).status).toBe(201);
    expect([...teams.uploads.values()].map(({ bytes }) => bytes.toString())).toEqual(['a;b\n1;2;3']);
  });

  it('cannot be offered in channels', async () => {
    const answer = await client.root(desk, { type: 'message', attachments: [{ contentType, name: 'x.csv', content }] });
    expect(answer.code).toBe('BadSyntax');
    expect(teams.problems).toEqual(['files are offered in personal chats only']);
  });
});
