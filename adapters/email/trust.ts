import { domainToASCII } from 'node:url';
import parseAuthenticationResults from 'mailauth/lib/parse-dkim-headers.js';
import mailauth from 'mailauth/lib/tools.js';
import type { Identity } from '#core/message.ts';
import { domainOf } from './mail-address.ts';
import type { Mail } from './parse-mail.ts';

type Results = ReturnType<typeof parseAuthenticationResults>['parsed'];

/** Anyone may have an address there, so the domain says nothing about an organisation. */
const publicProviders = new Set([
  ...['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'live.com', 'msn.com', 'yahoo.com', 'ymail.com'],
  ...[
    'aol.com',
    'icloud.com',
    'me.com',
    'mac.com',
    'gmx.de',
    'gmx.net',
    'gmx.com',
    'web.de',
    't-online.de',
    'mail.com',
  ],
  ...['proton.me', 'protonmail.com', 'pm.me', 'tutanota.com', 'tuta.com', 'fastmail.com', 'zoho.com', 'yandex.com'],
  ...['yandex.ru', 'mail.ru', 'qq.com', '163.com', '126.com', 'orange.fr', 'free.fr', 'laposte.net', 'libero.it'],
  ...[
    'wp.pl',
    'o2.pl',
    'seznam.cz',
    'comcast.net',
    'verizon.net',
    'att.net',
    'hey.com',
    'yahoo.co.uk',
    'hotmail.co.uk',
  ],
]);

const property = (properties: Readonly<Record<string, string>> | string | undefined, name: string): string =>
  typeof properties === 'object' ? (properties[name] ?? '') : '';

const domain = (value: string): string => domainToASCII(domainOf(value.trim())) || domainOf(value.trim());

const aligned = (from: string, other: string): boolean =>
  other !== '' && mailauth.getAlignment(from, [other]) !== false;

/** An identity and what proved it, if anything did. */
export interface Trust {
  readonly identity: Identity;
  readonly method?: 'dmarc' | 'dkim' | 'spf';
}

interface Proof {
  readonly method: NonNullable<Trust['method']>;
  readonly evidence: string;
}

/** The method that ties the mail to the domain of its From; `undefined` when none does. */
const proof = (results: Results, from: string): Proof | undefined => {
  const dmarc = results.dmarc?.value?.toLowerCase();
  const dmarcFrom = domain(property(results.dmarc?.header, 'from'));
  if (dmarc === 'pass' && dmarcFrom === from) {
    return { method: 'dmarc', evidence: `dmarc=pass header.from=${from}` };
  }
  // The owner of the domain says what a mail needs to be theirs; where DMARC fails nothing else helps.
  if (dmarc !== undefined && dmarc !== 'none' && dmarc !== 'pass') return undefined;
  for (const signature of results.dkim ?? []) {
    const signer = domain(property(signature.header, 'd') || property(signature.header, 'i'));
    if (signature.value?.toLowerCase() === 'pass' && aligned(from, signer)) {
      return { method: 'dkim', evidence: `dkim=pass header.d=${signer}` };
    }
  }
  const envelope = domain(property(results.spf?.smtp, 'mailfrom'));
  if (results.spf?.value?.toLowerCase() === 'pass' && aligned(from, envelope)) {
    return { method: 'spf', evidence: `spf=pass smtp.mailfrom=${envelope}` };
  }
  return undefined;
};

const authservIdOf = (results: Results): string => (results.value ?? '').split(/\s/)[0]?.toLowerCase() ?? '';

/**
 * How well we know who wrote. Over IMAP there is no connection to check, so this reads what our own mail server found:
 * the topmost Authentication-Results field (RFC 8601) that carries its authserv-id, and of that only aligned results.
 * Fields further down may have been written by the sender. `authservId` undefined: everybody is unverified.
 */
export const identify = (mail: Mail, authservId: string | undefined): Trust => {
  const { from } = mail;
  if (from === undefined) return { identity: { level: 'anonymous', evidence: 'no single usable From address' } };
  const email = from.address;
  const claimed = (evidence: string): Trust => ({ identity: { level: 'claimed', evidence, email } });
  if (authservId === undefined) return claimed('no authserv-id is configured: From is only a claim');
  const results = mail
    .all('authentication-results')
    .slice(0, 20)
    .map((value) => parseAuthenticationResults(`Authentication-Results: ${value.slice(0, 10_000)}`).parsed)
    .find((parsed) => authservIdOf(parsed) === authservId.toLowerCase());
  if (results === undefined) return claimed(`no Authentication-Results of ${authservId}`);
  const fromDomain = domainOf(email);
  const proven = proof(results, fromDomain);
  if (proven === undefined) return claimed(`no aligned dmarc, dkim or spf pass for ${fromDomain}`);
  const { method, evidence } = proven;
  const organization = publicProviders.has(fromDomain) ? {} : { organization: fromDomain };
  return { method, identity: { level: 'verified', evidence, email, ...organization } };
};
