import { cleanLine } from '../shared/clean.ts';
import { limits } from './limits.ts';
import { normaliseAddress } from './mail-address.ts';
import { messageIds } from './message-id.ts';
import type { Mail } from './parse-mail.ts';

/** One recipient that a mail of ours did not reach. */
export interface Failure {
  readonly recipient: string;
  /** 5.x.x: never try again. 4.x.x: the mail system still tries, or somebody may later. */
  readonly permanent: boolean;
  /** Status code and the other side's words, on one line. */
  readonly reason: string;
}

export interface BounceReport {
  readonly failures: readonly Failure[];
  /** Message-ID of our mail, when the report names it. */
  readonly original: string | undefined;
  /** Ids of the thread that our mail was in, best first. */
  readonly references: readonly string[];
  /** Addresses that our mail's Reply-To named: a plus-address there names the conversation. */
  readonly replyTo: readonly string[];
}

type Fields = ReadonlyMap<string, string>;

const decode = (bytes: Uint8Array, length = 64 * 1024): string => new TextDecoder().decode(bytes.subarray(0, length));

/** Header-like lines (`Name: value`, folded) as a map; of a repeated name the first counts. */
const parseFields = (block: string): Fields => {
  const fields = new Map<string, string>();
  for (const line of block.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
};

/** `rfc822; ann@example.org` → the address (RFC 3464 §2.3.1). */
const typedAddress = (field: string | undefined): string | undefined =>
  field === undefined
    ? undefined
    : normaliseAddress(
        field
          .slice(field.indexOf(';') + 1)
          .replace(/[<>]/g, ' ')
          .trim(),
      );

const enhancedStatus = /\b([245]\.\d{1,3}\.\d{1,3})\b/;
const smtpReply = /\b([45])\d\d[ -]/;
const temporaryWords =
  /delayed|will (be )?retr|still (being )?(trying|tried)|not yet been delivered|temporar|warning:/i;

const isPermanent = (status: string | undefined, words: string): boolean => {
  const code = status ?? enhancedStatus.exec(words)?.[1] ?? smtpReply.exec(words)?.[1];
  return code === undefined ? !temporaryWords.test(words) : code.startsWith('5');
};

/** The recipients of a message/delivery-status part: fields about the mail, then one group of fields per recipient. */
const statusFailures = (part: string): readonly Failure[] =>
  part
    .split(/\r?\n[ \t]*\r?\n/)
    .map(parseFields)
    .flatMap((fields): readonly Failure[] => {
      const recipient = typedAddress(fields.get('final-recipient')) ?? typedAddress(fields.get('original-recipient'));
      const action = fields.get('action')?.toLowerCase() ?? 'failed';
      if (recipient === undefined || !/^(failed|delayed)/.test(action)) return [];
      const status = enhancedStatus.exec(fields.get('status') ?? '')?.[1];
      const diagnostic = (fields.get('diagnostic-code') ?? '').replace(/^\s*[\w-]+\s*;\s*/, '');
      const permanent = action.startsWith('failed') && isPermanent(status, diagnostic);
      const words = [status, diagnostic === '' ? action : diagnostic].filter((word) => word !== undefined).join(' ');
      return [{ recipient, permanent, reason: cleanLine(words, 300) }];
    });

/** Reports in prose (qmail, old Exim): the address after the usual sentence, or in X-Failed-Recipients. */
const proseFailures = (mail: Mail, text: string): readonly Failure[] => {
  const named = (mail.header('x-failed-recipients') ?? '').split(',').flatMap((one) => normaliseAddress(one) ?? []);
  const own = new Set(mail.to.map(({ address }) => address.toLowerCase()));
  const told = [...text.matchAll(/[^\s<>()[\]"',;:]{1,64}@[^\s<>()[\]"',;:]{1,255}/g)]
    .slice(0, 50)
    .flatMap(([found]) => normaliseAddress(found.replace(/[.>]+$/, '')) ?? [])
    .find((address) => !own.has(address.toLowerCase()) && !/^(mailer-daemon|postmaster)@/i.test(address));
  const recipients = named.length > 0 ? named : told === undefined ? [] : [told];
  const status = enhancedStatus.exec(text)?.[1];
  const words =
    text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .find((line) => enhancedStatus.test(line) || smtpReply.test(line)) ?? mail.subject;
  return recipients.map((recipient) => ({
    recipient,
    permanent: isPermanent(status, text),
    reason: cleanLine(words, 300) || 'delivery failed',
  }));
};

/** Our own mail's header fields, from the part that returns it, or from the text of a report in prose. */
const originalFields = (mail: Mail, text: string): Fields => {
  const returned = mail.parts.find(({ mime }) =>
    ['message/rfc822', 'text/rfc822-headers', 'message/global', 'message/global-headers'].includes(mime),
  );
  if (returned !== undefined) return parseFields(decode(returned.bytes).split(/\r?\n\r?\n/)[0] ?? '');
  const start = /^[> \t]*(message-id|received|from|return-path):/im.exec(text.slice(200))?.index;
  return start === undefined ? new Map() : parseFields(text.slice(200 + start).replace(/^[> \t]+/gm, ''));
};

/**
 * What a delivery report says (RFC 3464, or prose where a mail system writes no such part). Without any failed or
 * delayed recipient it is a mere receipt.
 */
export const parseBounce = (mail: Mail): BounceReport => {
  const text = (mail.text ?? '').slice(0, limits.textChars);
  const status = mail.parts.find(({ mime }) =>
    ['message/delivery-status', 'message/global-delivery-status'].includes(mime),
  );
  const fields = originalFields(mail, text);
  const [original] = messageIds(fields.get('message-id'));
  return {
    failures: (status === undefined ? proseFailures(mail, text) : statusFailures(decode(status.bytes))).slice(
      0,
      limits.failedRecipients,
    ),
    original: original ?? mail.inReplyTo[0],
    references: [
      ...messageIds(fields.get('in-reply-to')),
      ...messageIds(fields.get('references')).toReversed(),
      ...mail.inReplyTo,
      ...mail.references.toReversed(),
    ],
    replyTo: (fields.get('reply-to') ?? '')
      .slice(0, 2_000)
      .split(',')
      .flatMap((one) => normaliseAddress((/<([^<>]*)>/.exec(one)?.[1] ?? one).trim()) ?? []),
  };
};
