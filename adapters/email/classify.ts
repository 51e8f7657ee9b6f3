import { domainOf, localPartOf } from './mail-address.ts';
import type { Mail } from './parse-mail.ts';

/** Who is behind a mail: a person, a machine, the mail system reporting a failure, or a list. */
export type MailClass = 'message' | 'automatic' | 'bounce' | 'list';

export interface Classification {
  readonly class: MailClass;
  /** The header or part that decided, in words. */
  readonly why: string;
}

type Rule = (mail: Mail) => string | undefined;

const mailSystem = /^(mailer-daemon|postmaster|mail-daemon|maildelivery|microsoftexchange[0-9a-f]{8,})$/i;
const noReplyLocalPart = /^(do[-_.]?not[-_.]?reply|no[-_.]?reply|noreply[-_.].*)$/i;
const failureSubject =
  /undeliver|non[- ]?deliver|delivery (status|failure|has failed|incomplete|delayed)|returned mail|failure notice|mail delivery|could not be delivered|unzustellbar|nicht zugestellt|non remis|no se puede entregar|message not delivered/i;

/** Fields that only auto-responders write; their mere presence decides, except where a value means "no". */
const autoReplyFields = [
  'x-autoreply',
  'x-auto-reply',
  'x-autorespond',
  'x-autoresponder',
  'x-autoreply-from',
  'x-auto-reply-from',
  'x-mail-autoreply',
  'x-mailautoreply',
  'x-vacation',
  'x-ooo',
  'x-fc-machinegenerated',
  'x-cron-env',
  'x-fax-id',
];
const listFields = [
  'list-id',
  'list-post',
  'list-unsubscribe',
  'list-help',
  'list-subscribe',
  'list-archive',
  'list-owner',
];

const automaticSubject =
  /^\W*(out of (the )?office|automatic reply|auto[- ]?reply|auto(matic)?[- ]?response|autorespon|vacation (reply|response)|abwesen|automatische antwort|réponse automatique|absence|respuesta automática|risposta automatica|automatisch antwoord|automatiskt svar|odpowiedź automatyczna|自动回复|自動返信)/iu;
const automaticText =
  /\b((am|are|will be|is) (currently )?(out of (the )?office|on (annual |parental |sick )?(leave|vacation|holiday))|this is an? (automated|automatic|auto[- ]?generated)|do not reply to this (e-?mail|message)|bin (derzeit |ab |bis |vom |zurzeit )?.{0,40}(abwesend|nicht im (büro|haus))|je suis (actuellement )?absente?|estoy fuera de la oficina)/iu;

const value = (mail: Mail, name: string): string => (mail.header(name) ?? '').trim().toLowerCase();
const contentType = (mail: Mail): string => value(mail, 'content-type').replace(/\s+/g, '');
const hasPart = (mail: Mail, ...mimes: readonly string[]): boolean =>
  mail.parts.some(({ mime }) => mimes.includes(mime));
const nullReturnPath = (mail: Mail): boolean => /^<\s*>$/.test(value(mail, 'return-path'));
const isMailSystem = (mail: Mail): boolean =>
  mail.from !== undefined && mailSystem.test(localPartOf(mail.from.address));
/** From may be the empty `<>` on reports. */
const fromLooksLikeMailSystem = (mail: Mail): boolean =>
  isMailSystem(mail) || /^\s*(<>|"?(mail delivery (sub)?system|mailer-daemon)\b)/i.test(mail.header('from') ?? '');

const bounceRules: readonly Rule[] = [
  // A person may forward the parts of a report to ask about it; only a machine sends them as such.
  (mail) =>
    hasPart(mail, 'message/delivery-status', 'message/global-delivery-status') &&
    (contentType(mail).startsWith('multipart/report') ||
      fromLooksLikeMailSystem(mail) ||
      nullReturnPath(mail) ||
      value(mail, 'auto-submitted') !== '')
      ? 'message/delivery-status part'
      : undefined,
  (mail) =>
    contentType(mail).startsWith('multipart/report') && contentType(mail).includes('report-type=delivery-status')
      ? 'Content-Type: multipart/report; report-type=delivery-status'
      : undefined,
  (mail) => (mail.header('x-failed-recipients') === undefined ? undefined : 'X-Failed-Recipients'),
  (mail) =>
    fromLooksLikeMailSystem(mail) && (failureSubject.test(mail.subject) || nullReturnPath(mail))
      ? `From: ${mail.from?.address ?? 'the mail system'} reporting a failure`
      : undefined,
  (mail) =>
    nullReturnPath(mail) && failureSubject.test(mail.subject)
      ? 'null Return-Path and a subject about delivery'
      : undefined,
];

const automaticRules: readonly Rule[] = [
  (mail) => {
    // RFC 3834 §5: anything but `no`, whatever comes after the keyword.
    const submitted = value(mail, 'auto-submitted').split(/[;\s(]/)[0] ?? '';
    return submitted === '' || submitted === 'no' ? undefined : `Auto-Submitted: ${submitted}`;
  },
  (mail) =>
    hasPart(mail, 'message/disposition-notification') ||
    contentType(mail).includes('report-type=disposition-notification')
      ? 'read receipt (message/disposition-notification)'
      : undefined,
  (mail) =>
    hasPart(mail, 'message/feedback-report') || contentType(mail).includes('report-type=feedback-report')
      ? 'abuse report (message/feedback-report)'
      : undefined,
  (mail) => (contentType(mail).startsWith('multipart/report') ? 'Content-Type: multipart/report' : undefined),
  (mail) => {
    const field = autoReplyFields.find((name) => !['', 'no', 'false', '0'].includes(value(mail, name)));
    return field === undefined ? undefined : `${field}: ${value(mail, field).slice(0, 80)}`;
  },
  (mail) => (value(mail, 'precedence') === 'auto_reply' ? 'Precedence: auto_reply' : undefined),
  (mail) =>
    /autorespond|auto-?reply/.test(value(mail, 'x-post-messageclass'))
      ? 'X-POST-MessageClass: autoresponder'
      : undefined,
  (mail) => (/^<?autoresponder/.test(value(mail, 'delivered-to')) ? 'Delivered-To: autoresponder' : undefined),
];

const listRules: readonly Rule[] = [
  (mail) => {
    const field = listFields.find((name) => mail.header(name) !== undefined);
    return field === undefined ? undefined : `${field} field`;
  },
  (mail) => (mail.header('mailing-list') === undefined ? undefined : 'mailing-list field'),
  (mail) => (value(mail, 'precedence') === 'list' ? 'Precedence: list' : undefined),
];

const machineRules: readonly Rule[] = [
  (mail) =>
    ['bulk', 'junk'].includes(value(mail, 'precedence')) ? `Precedence: ${value(mail, 'precedence')}` : undefined,
  (mail) => (nullReturnPath(mail) ? 'null Return-Path' : undefined),
  (mail) => (fromLooksLikeMailSystem(mail) ? `From: ${mail.from?.address ?? 'the mail system'}` : undefined),
  (mail) =>
    mail.parts.some(({ mime, method }) => mime === 'text/calendar' && method === 'REPLY')
      ? 'calendar answer (METHOD:REPLY)'
      : undefined,
  // A contact form writes from such an address too, but names the person in Reply-To.
  (mail) =>
    mail.from !== undefined &&
    noReplyLocalPart.test(localPartOf(mail.from.address)) &&
    !mail.replyTo.some(({ address }) => !noReplyLocalPart.test(localPartOf(address)))
      ? `From: ${mail.from.address} cannot be answered`
      : undefined,
  // Subject and wording are weak signals, and a request not to be auto-answered is no proof: two of them together are.
  (mail) => {
    const signals = [
      automaticSubject.test(mail.subject) ? 'subject of an automatic reply' : undefined,
      mail.header('x-auto-response-suppress') === undefined ? undefined : 'X-Auto-Response-Suppress',
      automaticText.test((mail.text ?? '').slice(0, 2_000)) ? 'wording of an automatic reply' : undefined,
    ].filter((signal) => signal !== undefined);
    const [first] = signals;
    return first === 'subject of an automatic reply' && signals.length > 1 ? signals.join(' and ') : undefined;
  },
];

const firstOf = (rules: readonly Rule[], mail: Mail): string | undefined => {
  for (const rule of rules) {
    const why = rule(mail);
    if (why !== undefined) return why;
  }
  return undefined;
};

/**
 * Decides by headers and structure (RFC 3834, RFC 3464, RFC 2369); a subject alone never decides. Only a `message` may
 * be answered.
 */
export const classify = (mail: Mail): Classification => {
  const bounce = firstOf(bounceRules, mail);
  if (bounce !== undefined) return { class: 'bounce', why: bounce };
  const automatic = firstOf(automaticRules, mail);
  if (automatic !== undefined) return { class: 'automatic', why: automatic };
  const list = firstOf(listRules, mail);
  if (list !== undefined) return { class: 'list', why: list };
  const machine = firstOf(machineRules, mail);
  if (machine !== undefined) return { class: 'automatic', why: machine };
  const host = mail.from === undefined ? 'an unnamed sender' : domainOf(mail.from.address);
  return { class: 'message', why: `no sign of automatic mail from ${host}` };
};
