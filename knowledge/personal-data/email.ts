import type { Finder } from './kinds.ts';

/** Mailboxes of a job, not of a person (many of them are named in RFC 2142). */
const roles = new Set(
  `abuse accessibility alert alerts account accounting accounts admin administrator api ask billing booking bookings bot business career careers
  claims community compliance contact contactus customercare customerservice customersuccess data-protection dataprotection datenschutz
  desk dev developer developers dmarc donotreply dpo ecommerce editor enquiries enquiry events facturation faq feedback finance
  frontdesk gdpr general git hallo hello help helpdesk hi hostmaster hr info information inquiries inquiry integration
  integrations invoice invoices it jobs kontakt kundenservice legal licensing list mail mailer-daemon marketing media
  member members membership news newsletter no-reply no_reply nobody noc noreply notification notifications notify office onboarding
  operations ops order orders partner partners payment payments podpora post postmaster press privacy purchasing recruiting
  recruitment refunds register registration renewals reply reservations returns root sales schedule secretary security
  service services shipping shop soporte store sub subscribe subscriptions suggestions support supporto suporte sysadmin talent
  team tech technical test training unsubscribe updates upgrade usenet user users uucp vendor vendors verify vertrieb warranty web
  webmaster welcome www`.split(/\s+/),
);

/** Placeholders, but only at domains that belong to nobody (RFC 2606). */
const placeholders =
  /^(?:me|you|your|your[._-]?(?:name|email|e-mail)|yourname|name|username|email|someone|somebody|anyone|customer|example|foo|bar|first(?:name)?[._-]?last(?:name)?|firstname|lastname|buyer|recipient|sender|address)$/;
const nobodysDomain = /(?:^|\.)(?:example\.(?:com|net|org)|example|test|invalid|localhost)$/;

/** `logo@2x.png` is a file. */
const fileEnding = /\.(?:png|jpe?g|gif|svg|webp|avif|css|js|ts|html?|pdf|ico)$/;

const longestLocal = 64;
const localChar = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]/u;
const domain = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}(?:\p{L}{2,24}|xn--[a-z0-9-]{2,40})/uy;

/** Is it a mailbox of a job: `support@`, `support+de@`, `support-de@`, `billing.support@`? Steve Jobs has one of his own. */
const isRole = (local: string): boolean => {
  const [mailbox = ''] = local.split('+');
  const parts = mailbox.split(/[._-]/);
  return (
    roles.has(mailbox) ||
    (parts.some((part) => roles.has(part)) && parts.every((part) => part.length <= 3 || roles.has(part)))
  );
};

/** Addresses of persons; those of a role and placeholders are left out. */
export const findEmails: Finder = (text) => {
  const found = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    domain.lastIndex = at + 1;
    const host = domain.exec(text)?.[0].toLowerCase();
    if (host === undefined || fileEnding.test(host)) continue;
    let start = at;
    while (start > 0 && at - start < longestLocal && localChar.test(text[start - 1] ?? '')) start -= 1;
    // Signs of Markdown, of a list or of a link around the address are no part of it.
    while (start < at && !/[\p{L}\p{N}]/u.test(text[start] ?? '')) start += 1;
    if (start === at || text[at - 1] === '.') continue;
    const local = text.slice(start, at).toLowerCase();
    if (isRole(local) || (nobodysDomain.test(host) && placeholders.test(local))) continue;
    found.push({ kind: 'email' as const, start, end: at + 1 + host.length });
  }
  return found;
};
