import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKey, isLoopback } from './client-address.ts';

describe('the key of an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s is %s', (address, key) => expect(addressKey(address)).toBe(key));

  it('is one for a whole /64, however it is written', () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), fc.tuple(group, group, group, group), (network, host) => {
        const write = (groups: readonly number[], digits: number): string =>
          groups.map((value) => value.toString(16).padStart(digits, '0')).join(':');
        const plain = addressKey(write([...network, ...host], 1));
        expect(addressKey(write([...network, ...host], 4).toUpperCase())).toBe(plain);
        expect(addressKey(new URL(`http://[${write([...network, ...host], 4)}]`).hostname.slice(1, -1))).toBe(plain);
        expect(addressKey(write([...network, 1, 2, 3, 4], 1))).toBe(plain);
      }),
    );
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.9.1', true],
  ['::1', true],
  ['::ffff:127.0.0.1', true],
  ['192.0.2.1', false],
  ['127.evil.example', false],
  ['', false],
])('%s belongs to this machine: %s', (address, local) => expect(isLoopback(address)).toBe(local));
