import { isIPv4, isIPv6 } from 'node:net';

const mappedPrefix = '::ffff:';

/** An IPv4 address that arrives in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address. */
const unmapped = (address: string): string => {
  const inner = address.toLowerCase().startsWith(mappedPrefix) ? address.slice(mappedPrefix.length) : '';
  return isIPv4(inner) ? inner : address;
};

/**
 * The part of an address that one customer holds, as a key for limits: an IPv4 address, or the /64 network of an IPv6
 * address, since one subscriber is given at least that much (RFC 6177).
 */
export const addressKey = (address: string): string => {
  const plain = unmapped(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = (plain.split('%', 1)[0] ?? '').toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

/** Does the address belong to this machine? */
export const isLoopback = (address: string): boolean => {
  const plain = unmapped(address);
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
};
