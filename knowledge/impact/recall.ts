import type { AnswerLog, GivenAnswer } from '#core/answer-log.ts';
import type { Correction, Corrections, NewCorrection, SendOutcome } from '#core/correction.ts';
import { AppError } from '#core/errors.ts';
import type { ConversationId, MessageId } from '#core/message.ts';
import { correctionText } from './correction-text.ts';
import type { ChangedDocument } from './read-document.ts';
import { replacementFor } from './replacement.ts';
import { type Statement, stands, statementsOf, toldBy } from './statements.ts';

export interface RecallInput {
  /** The document's id or address. */
  readonly document: string;
  /** ISO 8601; answers given before it are left alone. */
  readonly since?: string;
  /** Sends every draft; else they are only made. */
  readonly send: boolean;
  /** Who decides, for the record. */
  readonly by: string;
}

export interface RecallReport {
  readonly document: Omit<ChangedDocument, 'chunks' | 'changedAt'> & { readonly changedAt: string };
  /** Messages that quote the document from before it was changed. */
  readonly answers: number;
  /** Of these, how many need no correction because what they quote still stands. */
  readonly standing: number;
  /** Of this version, with what became of them. */
  readonly corrections: readonly Correction[];
  /** Per correction that was to be sent now. */
  readonly outcomes: readonly { readonly id: string; readonly outcome: SendOutcome }[];
}

export interface RecallDeps {
  readonly log: Pick<AnswerLog, 'citing'>;
  readonly corrections: Corrections;
  readonly readDocument: (idOrUrl: string) => Promise<ChangedDocument | undefined>;
}

/** Messages that are read at once. */
const pageSize = 500;

/**
 * Who was told something that a document no longer says. Makes one draft per conversation, in its language, for its newest message whose quotation has
 * fallen; what somebody has decided about stays decided. Throws `not-found` for a document that nobody knows, `bad-request` for a date that is none.
 */
export const createRecall =
  ({ log, corrections, readDocument }: RecallDeps) =>
  async ({ document: wanted, since, send, by }: RecallInput): Promise<RecallReport> => {
    const from = since === undefined ? undefined : new Date(since);
    if (from !== undefined && Number.isNaN(from.getTime()))
      throw new AppError('bad-request', `"${since}" is no date; write it as 2026-03-01.`);
    const document = await readDocument(wanted);
    if (document === undefined)
      throw new AppError('not-found', `No document "${wanted}". Give its id or its address, as answers cite it.`);
    const decided = await corrections.decided(document.documentId);
    const now = document.chunks.flatMap(statementsOf);
    const drafts = new Map<ConversationId, NewCorrection>();
    const counts = { answers: 0, standing: 0 };
    let below: MessageId | undefined;
    for (;;) {
      const page: readonly GivenAnswer[] = await log.citing(document.documentId, {
        ...(from === undefined ? {} : { since: from }),
        ...(below === undefined ? {} : { below }),
        before: document.changedAt,
        limit: pageSize,
      });
      for (const answer of page) {
        counts.answers += 1;
        const fallen = fallenIn(answer, now);
        if (fallen === undefined) counts.standing += 1;
        else if (!drafts.has(answer.conversationId) && !isDecided(answer, decided))
          drafts.set(answer.conversationId, toDraft(answer, fallen, document));
      }
      below = page.at(-1)?.messageId;
      if (page.length < pageSize) break;
    }
    await corrections.draft(document, [...drafts.values()]);
    const open = (await corrections.list(document.documentId, document.version)).filter(
      ({ isGone, status }) => isGone === document.isGone && status === 'draft',
    );
    const outcomes = send
      ? await corrections.send(
          open.map(({ id }) => id),
          by,
        )
      : [];
    const listed = await corrections.list(document.documentId, document.version);
    const { chunks: _chunks, changedAt, ...facts } = document;
    return {
      document: { ...facts, changedAt: changedAt.toISOString() },
      ...counts,
      corrections: listed.filter(({ isGone }) => isGone === document.isGone),
      outcomes,
    };
  };

/** Decided for this conversation: about this message, or about one that came after it. */
const isDecided = (
  { conversationId, messageId }: GivenAnswer,
  decided: ReadonlyMap<ConversationId, MessageId>,
): boolean => {
  const through = decided.get(conversationId);
  return through !== undefined && BigInt(messageId) <= BigInt(through);
};

interface Fallen {
  readonly passage: string;
  readonly statements: readonly Statement[];
}

/** What an answer told that the document does not say any more. */
const fallenIn = ({ markdown, citations }: GivenAnswer, now: readonly Statement[]): Fallen | undefined => {
  for (const { text } of citations) {
    const statements = toldBy(markdown, text).filter((statement) => !stands(statement, now));
    if (statements.length > 0) return { passage: text, statements };
  }
  return undefined;
};

const toDraft = (answer: GivenAnswer, { passage, statements }: Fallen, document: ChangedDocument): NewCorrection => {
  const oldText = statements.map(({ start, end }) => passage.slice(start, end).trim()).join('\n');
  const newText = replacementFor(statements, passage, document.chunks);
  const text = { oldText, ...(newText === undefined ? {} : { newText }) };
  const { conversationId, messageId, at, locale, question } = answer;
  return { conversationId, messageId, ...text, markdown: correctionText({ ...text, at, locale, question }) };
};
