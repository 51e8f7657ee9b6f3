import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from './index.ts';
import { clientOf, refusal } from './real-client.ts';

describe('what a pressed button allows', () => {
  const view = { type: 'modal' as const, title: { type: 'plain_text' as const, text: 'Reply' }, blocks: [] };
  const button = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } };
  const press = async (slack: FakeSlack) => {
    const blocks = [{ type: 'actions', elements: [button] }];
    const { ts = '' } = await clientOf(slack).chat.postMessage({ channel: 'C0DESK', text: 'Card', blocks });
    slack.connectHttp('http://127.0.0.1:1/');
    const { triggerId, events } = await slack.press({ user: 'U0TOM', channel: 'C0DESK', ts, label: 'Go' });
    return { ts, triggerId, responseUrl: String(events.at(0)?.payload.response_url) };
  };

  it('is one form, within three seconds', async () => {
    await using slack = await startFakeSlack();
    const client = clientOf(slack);
    const { triggerId } = await press(slack);
    const long = { ...view, title: { type: 'plain_text' as const, text: 'x'.repeat(25) } };
    expect(await refusal(client.views.open({ trigger_id: triggerId, view: long }))).toBe('invalid_arguments');
    await client.views.open({ trigger_id: triggerId, view });
    expect(slack.views).toMatchObject([{ user: 'U0TOM', open: true }]);
    expect(await refusal(client.views.open({ trigger_id: triggerId, view }))).toBe('exchanged_trigger_id');
    expect(await refusal(client.views.open({ trigger_id: '1.2.3', view }))).toBe('invalid_trigger_id');
  });

  it('is nothing when the app is too slow', async () => {
    await using slack = await startFakeSlack({ limits: { triggerMs: 20 } });
    const { triggerId } = await press(slack);
    await delay(40);
    expect(await refusal(clientOf(slack).views.open({ trigger_id: triggerId, view }))).toBe('expired_trigger_id');
  });

  it('is five answers to its response URL', async () => {
    await using slack = await startFakeSlack();
    const { ts, responseUrl } = await press(slack);
    const answer = async (body: object) =>
      (
        await fetch(responseUrl, {
          method: 'POST',
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json' },
        })
      ).text();
    expect(await answer({ text: 'Claimed', replace_original: true })).toBe('ok');
    expect(slack.message('C0DESK', ts)).toMatchObject({ text: 'Claimed', blocks: [], edits: 1 });
    await answer({ text: 'Only you' });
    expect(slack.ephemerals).toMatchObject([{ user: 'U0TOM', text: 'Only you' }]);
    await answer({ text: 'Everybody', response_type: 'in_channel' });
    await answer({ delete_original: true });
    expect(slack.messages('C0DESK').map(({ text }) => text)).toEqual(['Everybody']);
    await answer({ text: 'five' });
    expect(await answer({ text: 'six' })).toBe('used_url');
  });
});

describe('installing', () => {
  it('sends browsers back with a code that becomes a token once', async () => {
    await using slack = await startFakeSlack();
    const query = new URLSearchParams({
      client_id: slack.clientId,
      redirect_uri: 'http://127.0.0.1:1/back',
      state: 's',
      team: 'T0GLOBEX',
    });
    const page = await fetch(`${slack.authorizeUrl}?${query}`, { redirect: 'manual' });
    const back = new URL(page.headers.get('location') ?? '');
    expect(back.searchParams.get('state')).toBe('s');
    const exchange = {
      client_id: slack.clientId,
      client_secret: slack.clientSecret,
      code: back.searchParams.get('code') ?? '',
    };
    const granted = await clientOf(slack, '').oauth.v2.access(exchange);
    expect(granted).toMatchObject({ team: { id: 'T0GLOBEX' }, is_enterprise_install: false });
    const me = await clientOf(slack, granted.access_token).auth.test();
    expect([me.team_id, me.user_id]).toEqual(['T0GLOBEX', granted.bot_user_id]);
    expect(await refusal(clientOf(slack, '').oauth.v2.access(exchange))).toBe('invalid_code');
  });
});
