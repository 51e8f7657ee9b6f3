import { z } from 'zod';
import { domainOf, normaliseAddress } from './mail-address.ts';

/** A mail server as a client needs it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first byte. `starttls`: upgraded, or refused. `opportunistic`: upgraded when offered. `none`: plain. */
  readonly security: 'tls' | 'starttls' | 'opportunistic' | 'none';
  /** Whether the certificate must be good. On this same machine nobody stands between, and it often has one of its own. */
  readonly verify: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(host);

const defaultPorts: Readonly<Record<string, number>> = { 'imaps:': 993, 'imap:': 143, 'smtps:': 465, 'smtp:': 587 };

/**
 * `imaps://user:password@host:port`, likewise `imap`, `smtps`, `smtp`. Without the `s` the connection is upgraded by
 * STARTTLS before the password is sent, and refused where that fails; only to the same machine, or with `?tls=none`, it
 * stays plain.
 */
const mailServer = (protocol: 'imap' | 'smtp') =>
  z.string().transform((value, context): MailServer => {
    const example = `${protocol}s://user:password@mail.example.org`;
    const url = URL.parse(value);
    if (url === null || ![`${protocol}:`, `${protocol}s:`].includes(url.protocol) || url.hostname === '') {
      context.addIssue({
        code: 'custom',
        message: `not a mail server; write it like ${example} (special characters as %40)`,
      });
      return z.NEVER;
    }
    if (protocol === 'imap' && (url.username === '' || url.password === '')) {
      context.addIssue({ code: 'custom', message: `user or password is missing; write it like ${example}` });
      return z.NEVER;
    }
    const plain = url.searchParams.get('tls') === 'none' || isLoopback(url.hostname);
    const upgrade = url.username === '' ? 'opportunistic' : 'starttls';
    try {
      return {
        host: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port === '' ? (defaultPorts[url.protocol] ?? 0) : Number(url.port),
        verify: !isLoopback(url.hostname),
        security: url.protocol.endsWith('s:') ? 'tls' : plain ? 'none' : upgrade,
        ...(url.username === ''
          ? {}
          : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
      };
    } catch {
      context.addIssue({ code: 'custom', message: 'has a % that encodes nothing; write a literal % as %25' });
      return z.NEVER;
    }
  });

const mailAddress = z.string().transform((value, context) => {
  const address = normaliseAddress(value);
  if (address === undefined) {
    context.addIssue({ code: 'custom', message: 'not a mail address; write it like support@example.org' });
    return z.NEVER;
  }
  return address.toLowerCase();
});

const staffEntry = z
  .string()
  .transform((value) => value.trim().toLowerCase().replace(/^@/, ''))
  .refine(
    (value) => /^[^\s@]+(@[^\s@]+)?$/.test(value),
    'not a mail address or domain; write mira@example.org or example.org',
  );

const settings = z.object({
  /** The mailbox that customers write to; answers come from it. */
  address: mailAddress,
  imapUrl: mailServer('imap'),
  smtpUrl: mailServer('smtp'),
  /** Whose Authentication-Results we trust: the authserv-id that our own mail server writes. Unset: every sender is unverified. */
  authservId: z.string().min(1).optional(),
  /** Addresses and domains of people who may answer customers from their own mail program. */
  staff: z.array(staffEntry).default([]),
  /** Other addresses that end in the same mailbox; left out of answers' recipients. */
  aliases: z.array(mailAddress).default([]),
  /** Shown as the sender's name: `Support`, or `Mira Weber (Support)` for a person. */
  senderName: z.string().min(1).max(100).default('Support'),
  /** Where the support team works its cases by mail: a shared mailbox or a list of theirs. */
  deskAddress: mailAddress.optional(),
  /** Where cases go that nobody has taken for long. */
  secondLevelAddress: mailAddress.optional(),
  /** Whether customers are answered by mail, or the mailbox is for the desk alone. */
  customers: z.boolean().default(true),
});

/** Settings of the email channel. */
export const emailConfig = settings.superRefine((config, context) => {
  const desks = (['deskAddress', 'secondLevelAddress'] as const).filter((key) => config[key] !== undefined);
  for (const key of desks) {
    if ([config.address, ...config.aliases].includes(config[key] ?? ''))
      context.addIssue({
        code: 'custom',
        path: [key],
        message: 'is the mailbox that customers write to; the team needs one of its own',
      });
  }
  if (desks.length > 0 && config.authservId === undefined)
    context.addIssue({
      code: 'custom',
      path: ['authservId'],
      message: 'is missing: without it nobody at the desk can prove who they are, and no reply would be passed on',
    });
});
export type EmailConfig = z.output<typeof emailConfig>;

/** The addresses of the desk. */
export const desksOf = ({
  deskAddress,
  secondLevelAddress,
}: Partial<Pick<EmailConfig, 'deskAddress' | 'secondLevelAddress'>>): readonly string[] =>
  [deskAddress, secondLevelAddress].filter((address) => address !== undefined);

/** Whether an address belongs to the support team. */
export const isStaff = (address: string, staff: readonly string[]): boolean =>
  staff.includes(address.toLowerCase()) || staff.includes(domainOf(address));
