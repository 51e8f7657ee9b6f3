import { describe, expect, it } from 'vitest';
import { checkHost } from './host-check.ts';
import { parseRepositoryAddress } from './repository-address.ts';
import { withoutSecrets } from './run-git.ts';

const parse = (source: string) => parseRepositoryAddress(source, '/base');

describe('parseRepositoryAddress', () => {
  it.each([
    [
      'https://git.example.org/a/b.git',
      { protocol: 'https', name: 'https://git.example.org/a/b.git', port: 443, folder: '' },
    ],
    ['git+https://git.example.org:8443/b', { remote: 'https://git.example.org:8443/b', port: 8443 }],
    ['https://git.example.org/b.git#v1.2:docs/en/', { ref: 'v1.2', folder: 'docs/en' }],
    ['https://git.example.org/b.git#:docs', { folder: 'docs' }],
    ['ssh://git@git.example.org/b', { protocol: 'ssh', name: 'ssh://git@git.example.org/b', port: 22 }],
    ['git@git.example.org:a/b.git#main', { protocol: 'ssh', host: 'git.example.org', ref: 'main' }],
    ['docs.git', { protocol: 'file', name: '/base/docs.git', remote: 'file:///base/docs.git' }],
    ['file:///srv/docs.git', { protocol: 'file', name: '/srv/docs.git' }],
  ])('reads %s', (source, expected) => expect(parse(source)).toMatchObject(expected));

  it.each([
    'https://example.org/',
    'https://example.org/page',
    'docs',
    'a/.git',
    'ftp://example.org/b.git',
    'a@b',
    'file://host/b.git',
  ])('leaves %s to others', (source) => expect(parse(source)).toBeUndefined());

  it.each(['ext::sh -c whoami.git', 'git+ext::x', '--upload-pack=x.git', 'fd::7.git'])(
    'takes %s for a folder',
    (source) => expect(parse(source)?.remote).toMatch(/^file:\/\/\/base\//),
  );

  it('keeps secrets out of names and commands', () => {
    const address = parse('https://me:s%2Fcret@git.example.org/b.git');
    expect(address).toMatchObject({ remote: 'https://git.example.org/b.git', name: 'https://git.example.org/b.git' });
    expect(address?.authorization).toBe(`Basic ${Buffer.from('me:s/cret').toString('base64')}`);
    expect(parse('https://%zz@git.example.org/b.git')?.authorization).toBe(
      `Basic ${Buffer.from('%zz:').toString('base64')}`,
    );
    expect(JSON.stringify(parse('ssh://git:secret@git.example.org/b'))).not.toContain('secret');
    expect(withoutSecrets("fatal: unable to access 'https://me:secret@x.org/b.git/': no")).not.toContain('secret');
  });
});

describe('checkHost', () => {
  const at = (address: string) => (async () => [{ address, family: 4 }]) as unknown as Parameters<typeof checkHost>[2];
  const address = parse('https://git.example.org/b.git');
  if (!address) throw new Error('not an address');

  it('gives the public address that was checked', async () =>
    expect(await checkHost(address, [], at('93.184.216.34'))).toEqual({ ok: true, address: '93.184.216.34' }));

  it('refuses others, unless the operator allows the host', async () => {
    expect(await checkHost(address, [], at('10.0.0.1'))).toMatchObject({ ok: false });
    expect(await checkHost(address, ['git.example.org:443'], at('10.0.0.1'))).toEqual({ ok: true });
    expect(await checkHost(address, ['git.example.org:444'], at('10.0.0.1'))).toMatchObject({ ok: false });
  });
});
