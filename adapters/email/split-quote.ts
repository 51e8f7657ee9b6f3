import { markMessageLines, processMarkedLines } from 'planer';
import type { Segment } from './html-to-markdown.ts';

/** A mail's text in two: what is new in it, and what was left out (the quoted mail, marked signatures). */
export interface SplitText {
  readonly text: string;
  readonly quoted: string;
}

/** Longest line that patterns are tried on; longer ones are prose or noise, and the patterns are not linear. */
const patternChars = 300;
/** planer looks at no more lines than this. */
const planerLines = 1_000;
/** Lines after a signature mark that can still be a signature. */
const signatureLines = 15;

/** The line above a mail that is passed on. */
export const forwardMark =
  /^[\s>*_]*(-{2,}\s*)?(begin forwarded message|forwarded message|original message forwarded|weitergeleitete nachricht|anfang der weitergeleiteten|message transféré|début du message (transféré|réexpédié)|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|doorgestuurd bericht|vidarebefordrat meddelande|wiadomość przekazana dalej|пересылаемое сообщение|转发的邮件|転送メッセージ)/imu;
const forwardSubject = /^\s*(fwd?|wg|tr|rv|enc|inoltro|doorst|vs|vb|i|pd)\s*:/iu;

/** "On 3 May 2024, Ann wrote:" in the languages of the common mail programs. */
const attributionEnd =
  /(wrote|writes|schrieb( .{1,80})?|a écrit|escribi[óo]|escreveu|ha scritto|schreef|geschreven|skrev|kirjoitti|napsal(\(a\))?|napisał(\(a\))?|написала?|пишет|írta|a scris|yazdı|έγραψε|写道|のメール|さんは書きました)\s*[::]?\s*$/iu;
const attributionStart =
  /^[\s*_]*(on|am|le|el|em|il|op|den|dnia|w dniu|dne|il giorno|no dia|pe|at|в|ср|пн|вт|чт|пт|сб|вс|\d{1,4}[./-]\d{1,2}|\d{4}年|\p{L}{2,4}\.?,? \d)/iu;

/** Field names of a quoted header block, by what they hold. */
const headerFields = {
  from: /^[\s>*_]*(from|von|de|da|van|fra|från|od|от|lähettäjä|kimden|发件人|差出人|寄件者)\s*[*_]*\s*[::]/iu,
  date: /^[\s>*_]*(sent|date|datum|gesendet|envoyé|enviado( el| em)?|fecha|data|inviato|verzonden|sendt|skickat|wysłano|дата|отправлено|lähetetty|gönderildi|发送时间|日期|送信日時|寄件日期)\s*[*_]*\s*[::]/iu,
  subject:
    /^[\s>*_]*(subject|betreff|objet|asunto|assunto|oggetto|onderwerp|emne|ämne|temat|тема|aihe|konu|主题|件名|主旨)\s*[*_]*\s*[::]/iu,
} as const;

const originalMark =
  /^[\s>*_]*(-{2,}|_{10,})\s*(original message|reply message|ursprüngliche nachricht|original-?nachricht|message d'origine|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|oprindelig meddelelse|ursprungligt meddelande|исходное сообщение)?\s*(-{2,})?\s*$/iu;

const deviceLine =
  /^[\s*_]*((sent|get|gesendet|envoyé|enviado|inviato|verzonden|skickat|sendt) .{0,20}\b(from|with|von|mit|de|desde|dal|van|från|fra|outlook|for)\b.{0,60}|von meine[mr] .{1,40} gesendet|sent from .{1,60}|get \[?outlook for .{1,80})$/iu;

export const isBlank = (line: string): boolean => line.trim() === '';
export const isQuoted = (line: string): boolean => /^\s{0,3}>/.test(line);

/** planer's answer to "which lines are the quote", as a range; it is asked about shortened lines only. */
const planerCut = (lines: readonly string[]): readonly [number, number] | undefined => {
  if (lines.length > planerLines) return undefined;
  const short = lines.map((line) =>
    line.slice(0, patternChars).replace(/([-_=* ])\1{20,}/g, (run) => run.slice(0, 20)),
  );
  const flags: { wereLinesDeleted?: boolean; firstLine?: number; lastLine?: number } = {};
  processMarkedLines(short, markMessageLines(short), flags);
  const { firstLine, lastLine } = flags;
  return flags.wereLinesDeleted === true && firstLine !== undefined && lastLine !== undefined
    ? [firstLine, Math.min(lastLine, lines.length)]
    : undefined;
};

/** Whether a quoted mail's header block starts at `index`: From with Date and Subject right below it, in any order. */
const isHeaderBlock = (lines: readonly string[], index: number): boolean => {
  const block = lines
    .slice(index, index + 8)
    .filter((line) => !isBlank(line))
    .map((line) => line.slice(0, patternChars));
  const has = (pattern: RegExp) => block.some((line) => pattern.test(line));
  const [first = ''] = block;
  return (
    (headerFields.from.test(first) || headerFields.date.test(first)) &&
    has(headerFields.from) &&
    has(headerFields.date) &&
    has(headerFields.subject)
  );
};

/** Number of lines of the attribution at `index` (mail programs wrap them), or 0. */
const attributionLines = (lines: readonly string[], index: number): number => {
  if (!attributionStart.test((lines[index] ?? '').slice(0, patternChars))) return 0;
  for (let count = 1; count <= 3; count += 1) {
    const joined = lines.slice(index, index + count).join(' ');
    if (joined.length > patternChars || isBlank(lines[index + count - 1] ?? '')) return 0;
    // An attribution names a date or an address; "On the phone Ann wrote:" is a sentence.
    if (attributionEnd.test(joined) && /\d{1,2}[:.hH]\d{2}|\d{4}|@/.test(joined)) return count;
  }
  return 0;
};

/** First line of the quoted rest, by our own rules, or `undefined`. */
export const restStart = (lines: readonly string[]): number | undefined => {
  for (const [index, line] of lines.entries()) {
    if (isHeaderBlock(lines, index)) return index;
    if (
      originalMark.test(line.slice(0, patternChars)) &&
      lines.slice(index + 1, index + 4).some((_, at) => isHeaderBlock(lines, index + 1 + at))
    )
      return index;
    const count = attributionLines(lines, index);
    if (count === 0) continue;
    const after = lines.slice(index + count).filter((next) => !isBlank(next));
    // What follows is the quote, marked or not; new text after a marked one stays (see `withoutQuoteBlock`).
    if (after.length === 0 || after.every(isQuoted) || !after.some(isQuoted)) return index;
  }
  return undefined;
};

/** The one block of `>` lines with its attribution, when the new text stands only before or only after it. */
export const quoteBlock = (lines: readonly string[]): readonly [number, number] | undefined => {
  const quoted = lines.flatMap((line, index) => (isQuoted(line) ? [index] : []));
  const [first] = quoted;
  const last = quoted.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (lines.slice(first, last + 1).some((line) => !isQuoted(line) && !isBlank(line))) return undefined;
  for (let start = first - 1; start >= Math.max(0, first - 4); start -= 1) {
    const count = attributionLines(lines, start);
    if (count > 0 && lines.slice(start + count, first).every(isBlank)) return [start, last + 1];
  }
  // `>` without an attribution is a quote at the end of a mail, and an answer's context anywhere else.
  return lines.slice(last + 1).every(isBlank) && last - first >= 1 ? [first, last + 1] : undefined;
};

/** Whether new text stands between quoted lines. */
export const isInterleaved = (lines: readonly string[]): boolean => {
  const first = lines.findIndex(isQuoted);
  const last = lines.findLastIndex(isQuoted);
  return lines.some((line, index) => {
    if (index <= first || index >= last || isBlank(line) || isQuoted(line)) return false;
    // A quoted line that a mail program broke in two leaves its second half without a `>`: that is no answer.
    const before = lines[index - 1] ?? '';
    const isWrapped = line.length < 25 && before.length > 65 && isQuoted(before) && isQuoted(lines[index + 1] ?? '');
    return !isWrapped;
  });
};

/** First line of a signature that a mark announces, or `undefined`. Signatures without a mark are kept. */
export const signatureStart = (lines: readonly string[]): number | undefined => {
  const mark = lines.findLastIndex((line) => /^--\s*$/.test(line));
  if (mark >= 0 && lines.length - mark <= signatureLines + 1) return mark;
  const last = lines.findLastIndex((line) => !isBlank(line));
  const line = (lines[last] ?? '').slice(0, patternChars);
  return last >= 0 && deviceLine.test(line) ? last : undefined;
};

const split = (lines: readonly string[], [from, to]: readonly [number, number]) => ({
  kept: [...lines.slice(0, from), ...lines.slice(to)],
  removed: lines.slice(from, to),
});

const join = (lines: readonly string[]): string =>
  lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** Repeats one way of cutting as long as it leaves something behind. */
const cutWith = (
  state: { readonly kept: readonly string[]; readonly removed: readonly string[] },
  find: (lines: readonly string[]) => readonly [number, number] | undefined,
) => {
  const range = find(state.kept);
  if (range === undefined || range[0] >= range[1]) return state;
  const { kept, removed } = split(state.kept, range);
  return join(kept) === '' ? state : { kept, removed: [...removed, ...state.removed] };
};

const toEnd =
  (find: (lines: readonly string[]) => number | undefined) =>
  (lines: readonly string[]): readonly [number, number] | undefined => {
    const start = find(lines);
    return start === undefined ? undefined : [start, lines.length];
  };

/** `text` of a plain-text mail (or the Markdown of an HTML one) without its quote and marked signature. */
const splitPlain = (text: string, forwarded: boolean): SplitText => {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (forwarded || forwardMark.test(text)) return { text: join(lines), quoted: '' };
  const fresh = cutWith({ kept: lines, removed: [] }, toEnd(restStart));
  const finders = isInterleaved(fresh.kept) ? [] : [quoteBlock, planerCut];
  const { kept, removed } = [...finders, toEnd(signatureStart)].reduce(cutWith, fresh);
  return { text: join(kept), quoted: join(removed) };
};

export const asQuote = (markdown: string): string =>
  markdown
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/** Text right above a quote, with the attribution that ends it counted to the quote. */
const withoutAttribution = (text: Segment): readonly Segment[] => {
  const lines = text.markdown.split('\n');
  for (let start = lines.length - 1; start >= Math.max(0, lines.length - 5); start -= 1) {
    const count = attributionLines(lines, start);
    if (count > 0 && lines.slice(start + count).every(isBlank)) {
      return [
        { kind: 'text' as const, markdown: lines.slice(0, start).join('\n').trim() },
        { kind: 'quote' as const, markdown: lines.slice(start).join('\n').trim() },
      ].filter(({ markdown }) => markdown !== '');
    }
  }
  return [text];
};

const splitSegments = (segments: readonly Segment[], forwarded: boolean): SplitText => {
  const all = segments.map(({ markdown }) => markdown).join('\n\n');
  const isForward =
    forwarded || segments.some(({ kind, markdown }) => kind === 'quote' && forwardMark.test(markdown.slice(0, 500)));
  if (isForward) {
    const kept = segments.filter(({ kind }) => kind !== 'signature');
    return { text: kept.map(({ markdown }) => markdown).join('\n\n') || all, quoted: '' };
  }
  const content = segments.flatMap((segment, index) =>
    segment.kind === 'text' && segments[index + 1]?.kind === 'quote' ? withoutAttribution(segment) : [segment],
  );
  const outline = content.map(({ kind }) => (kind === 'quote' ? 'q' : kind === 'text' ? 't' : '')).join('');
  if (/q+t+q/.test(outline)) {
    // Answers between the lines mean nothing without the lines.
    const text = content
      .filter(({ kind }) => kind !== 'signature')
      .map(({ kind, markdown }) => (kind === 'quote' ? asQuote(markdown) : markdown))
      .join('\n\n');
    return { text, quoted: '' };
  }
  const fresh = content.filter(({ kind }) => kind === 'text').map(({ markdown }) => markdown);
  const rest = content.filter(({ kind }) => kind !== 'text').map(({ markdown }) => markdown);
  if (fresh.length === 0) return { text: all, quoted: '' };
  const inner = splitPlain(fresh.join('\n\n'), false);
  return { text: inner.text, quoted: [inner.quoted, ...rest].filter((part) => part !== '').join('\n\n') };
};

/**
 * Separates what a mail says anew from what it quotes. Answers between quoted lines, forwarded mails and free-form
 * signatures are kept, because cutting them loses meaning; a mail is never emptied (then its whole text counts).
 * `source` is plain text, or the segments of an HTML mail.
 */
export const splitQuote = (source: string | readonly Segment[], subject: string): SplitText => {
  const forwarded = forwardSubject.test(subject);
  return typeof source === 'string' ? splitPlain(source, forwarded) : splitSegments(source, forwarded);
};
