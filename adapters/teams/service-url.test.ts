import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createServiceUrlPolicy } from './service-url.ts';

const teams = createServiceUrlPolicy({ serviceUrls: [] });

/** Addresses that only look like those of Teams. */
const lookAlikes = [
  '',
  'smba.trafficmanager.net',
  'http://smba.trafficmanager.net/teams/',
  'https://smba.trafficmanager.net.evil.example/teams/',
  'https://evil-smba.trafficmanager.net/teams/',
  'https://evil.example/smba.trafficmanager.net/',
  'https://evil.trafficmanager.net/teams/',
  'https://smba.trafficmanager.net@evil.example/',
  'https://user:pass@smba.trafficmanager.net/teams/',
  'https://evil.example\\@smba.trafficmanager.net/',
  'https://smba.trafficmanager.net\\.evil.example/',
  'https://smba.trafficmanager.net:8443/teams/',
  'https://smba.trafficmanager.net:443/teams/',
  'https://smba.trafficmanager.net./teams/',
  'https://smba.trafficmanager%2Enet/teams/',
  'https://smba.trafficmanager。net/teams/',
  'https://ѕmba.trafficmanager.net/teams/',
  'https://smba.trafficmanager.net?x=/teams/',
  'https://smba.trafficmanager.net/teams/#x',
  ' https://smba.trafficmanager.net/teams/',
  'https://smba.traffic\tmanager.net/teams/',
  'https:smba.trafficmanager.net/teams/',
  'https:///smba.trafficmanager.net/teams/',
  'https://smba.trafficmanager.net\0/teams/',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'http://169.254.169.254/metadata/',
  'http://127.0.0.1:3978/',
  `https://smba.trafficmanager.net/${'a'.repeat(5_000)}`,
];

describe('service URLs', () => {
  it.each([
    'https://smba.trafficmanager.net/teams/',
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/amer/0f0f0f0f-0000-4000-8000-000000000001/',
    'https://smba.trafficmanager.net',
    'https://smba.trafficmanager.net/emea/v3/conversations/19%3Aa%40thread.tacv2%3Bmessageid%3D1/pagedmembers?pageSize=500',
    'https://smba.infra.gcc.teams.microsoft.com/teams',
    'https://smba.infra.gov.teams.microsoft.us/teams/',
    'https://smba.infra.dod.teams.microsoft.us/teams/',
  ])('of Teams may be called: %s', (url) => expect(teams.allows(url)).toBe(true));

  it.each(lookAlikes)('that only look like those of Teams may not: %j', (url) => expect(teams.allows(url)).toBe(false));

  it('of the setting replace those of Teams', () => {
    const own = createServiceUrlPolicy({ serviceUrls: ['http://127.0.0.1:4000/connector'] });
    expect(own.allows('http://127.0.0.1:4000/connector/')).toBe(true);
    expect(own.allows('https://127.0.0.1:4000/connector/')).toBe(false);
    expect(own.allows('http://127.0.0.1:4001/connector/')).toBe(false);
    expect(own.allows('https://smba.trafficmanager.net/teams/')).toBe(false);
    expect(own.fallback).toBe('http://127.0.0.1:4000/connector/');
    expect(teams.fallback).toBe('https://smba.trafficmanager.net/teams/');
  });

  it('that are allowed lead to a listed host, whatever is written', () => {
    const piece = fc.constantFrom(
      'https://',
      'smba.trafficmanager.net',
      '.',
      '@',
      ':',
      '443',
      '/',
      '\\',
      '%2e',
      'evil.example',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 8 }), (pieces) => {
        const url = pieces.join('');
        if (!teams.allows(url)) return;
        expect(new URL(url)).toMatchObject({
          origin: 'https://smba.trafficmanager.net',
          username: '',
          hash: '',
        });
      }),
      { numRuns: 2_000 },
    );
  });
});
