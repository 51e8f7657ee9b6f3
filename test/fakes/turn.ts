import type { Passage } from '#core/knowledge.ts';
import type { ConversationId, Message, MessageId, MessageMeta } from '#core/message.ts';
import type { Turn } from '#core/turn.ts';

/** A passage with an id, a title and an address made from its name. */
export const aPassage = (name: string, text: string, score = 1): Passage => ({
  documentId: name,
  title: name,
  url: `https://help.example.org/${encodeURIComponent(name)}`,
  text,
  score,
});

/** One message of the recent window. */
export const aMessage = (role: 'customer' | 'bot' | 'human', markdown: string, meta: MessageMeta = {}): Message => ({
  id: `m-${markdown}` as MessageId,
  conversationId: '1' as ConversationId,
  author: { role, externalId: role },
  visibility: 'customer',
  content: { markdown, attachments: [] },
  meta,
  at: new Date('2026-01-05T10:00:00Z'),
});

export interface TurnParts extends Partial<Omit<Turn, 'session' | 'audience'>> {
  readonly session?: Partial<Turn['session']>;
  readonly audience?: Partial<Turn['audience']>;
}

/** A turn of a web customer who asks one question; every part may be replaced. */
export const aTurn = ({ session, audience, ...parts }: TurnParts = {}): Turn => ({
  conversation: {
    id: '1' as ConversationId,
    kind: 'customer',
    address: { channel: 'web', space: 'web', thread: 's1' },
    customer: { role: 'customer', externalId: 's1' },
    status: 'bot',
    locale: 'en',
    title: '',
    priority: 'normal',
    epoch: 1,
    version: 1,
  },
  pending: [],
  question: 'How long do refunds take?',
  session: { version: 1, window: [], memories: [], escalated: false, turnsLeft: 10, ...session },
  audience: { organizations: [], shared: false, identity: 'anonymous', ...audience },
  memories: [],
  passages: [],
  evidence: 0.9,
  signal: new AbortController().signal,
  progress: () => {},
  ...parts,
});
