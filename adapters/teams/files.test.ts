import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attachment } from '#core/message.ts';
import { fakeChannelDeps } from '#test/fakes/channel-deps.ts';
import { type FakeTeams, startFakeTeams } from '#test/fakes/teams/index.ts';
import { teamsParts } from '#test/teams-sending.ts';
import { createMayReach } from './file-hosts.ts';
import { type FileRef, fileRefOf } from './file-ref.ts';
import { createDownload, type DownloadDeps } from './files.ts';

let teams: FakeTeams;
const signal = new AbortController().signal;

beforeEach(async () => {
  teams = await startFakeTeams();
});
afterEach(() => teams[Symbol.asyncDispose]());

const download = (more: Partial<DownloadDeps> = {}) => {
  const { config, token, policy } = teamsParts(teams, fakeChannelDeps());
  return createDownload({ token, policy, mayReach: createMayReach(config), ...more });
};
const attachment = (place: FileRef, name = 'file'): Attachment => ({
  ...{ name, mime: 'application/octet-stream', bytes: 0, ref: fileRefOf(place) },
});
/** What Teams puts into the message for a file. */
const sent = (name: string, bytes: string, mime?: string) => {
  const activity = teams.activity({
    ...{ user: 'mira', place: 'a:mira', text: 'Here' },
    files: [{ name, bytes, ...(mime === undefined ? {} : { mime }) }],
  });
  const [one] = activity.attachments as { contentUrl: string; content?: { downloadUrl: string } }[];
  return one?.content?.downloadUrl ?? one?.contentUrl ?? '';
};
const text = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).toString();

describe('a file of a message', () => {
  it('is read from its signed address without our token, with the name and type of the answer', async () => {
    const url = sent('Umsatz 10 €.csv', 'a;b');
    const file = await download()(attachment({ kind: 'link', url }), signal);
    expect(text(file)).toBe('a;b');
    expect(file).toMatchObject({ name: 'Umsatz 10 €.csv', mime: 'text/csv' });
    expect(teams.callsOf('download')[0]?.headers.authorization).toBeUndefined();
    expect(teams.callsOf('token')).toEqual([]);
  });

  it('that is a picture in the text is read from the connector with our token, which may be replaced', async () => {
    const url = sent('shot.png', 'pixels', 'image/png');
    const read = download();
    expect(text(await read(attachment({ kind: 'connector', url }), signal))).toBe('pixels');
    teams.revokeTokens();
    expect(await read(attachment({ kind: 'connector', url }), signal)).toMatchObject({ mime: 'image/png' });
    expect(teams.callsOf('token')).toHaveLength(2);
  });

  it.each([
    { kind: 'connector', url: 'https://evil.example/v3/attachments/1/views/original' },
    { kind: 'connector', url: 'https://home.sharepoint.com/shot.png' },
    { kind: 'link', url: 'https://evil.example/report.pdf' },
    { kind: 'link', url: 'http://home.sharepoint.com/report.pdf' },
    { kind: 'link', url: 'https://user@home.sharepoint.com/report.pdf' },
    { kind: 'link', url: 'https://home.sharepoint.com.evil.example/report.pdf' },
    { kind: 'link', url: 'https://169.254.169.254/latest' },
    { kind: 'link', url: 'http://localhost:80/' },
  ] as const)('is not looked for elsewhere: %j', async (place) => {
    let asked = 0;
    const fetch: typeof globalThis.fetch = async () => {
      asked += 1;
      return new Response('secret');
    };
    await expect(download({ fetch })(attachment(place), signal)).rejects.toMatchObject({ code: 'forbidden' });
    expect(asked).toBe(0);
  });

  it('is followed within Microsoft’s storage, not out of it', async () => {
    const fetch =
      (location: string): typeof globalThis.fetch =>
      async (url) =>
        String(url).includes('start')
          ? new Response(null, { status: 302, headers: { location } })
          : new Response('moved', { headers: { 'content-type': 'text/plain; charset=utf-8' } });
    const place = { kind: 'link', url: 'https://home.sharepoint.com/start' } as const;
    const inside = await download({ fetch: fetch('https://media.svc.ms/there') })(attachment(place), signal);
    expect(inside).toMatchObject({ mime: 'text/plain' });
    for (const out of ['https://evil.example/', 'http://127.0.0.1/', '/start'])
      await expect(download({ fetch: fetch(out) })(attachment(place), signal)).rejects.toMatchObject({
        code: 'forbidden',
      });
  });

  it('that cannot be read says why', async () => {
    const url = sent('big.txt', 'x'.repeat(2_000));
    const big = attachment({ kind: 'link', url }, 'big.txt');
    await expect(download({ maxBytes: 1_000 })(big, signal)).rejects.toMatchObject({ code: 'too-large' });
    const expired = attachment({ kind: 'link', url: url.replace('tempauth=', 'x=') });
    await expect(download()(expired, signal)).rejects.toMatchObject({ code: 'forbidden' });
    const gone = attachment({ kind: 'link', url: `${teams.url}/files/nothing?tempauth=nothing` });
    await expect(download()(gone, signal)).rejects.toMatchObject({ code: 'not-found' });
    teams.fail('download', { drop: 'before' });
    await expect(download()(big, signal)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(download()({ ...big, ref: 'slack:F1' }, signal)).rejects.toMatchObject({ code: 'bad-request' });
  });
});
