import type { Particulars } from '#core/channel.ts';
import { errorMessage } from '#core/errors.ts';
import type { Claim, Commit } from '#core/ledger.ts';
import type { Attachment, Author, InboundEvent } from '#core/message.ts';
import type { PipelineDeps } from './ports.ts';

/** A claimed batch with what its platform knows beside the events themselves. */
export interface Gathered {
  /** With names in place of ids, and files that are ours. */
  readonly claim: Claim;
  readonly names: NonNullable<Commit['names']>;
  readonly files: NonNullable<Commit['files']>;
  /** Of whoever wrote last, and the customer's own organisation. */
  readonly particulars: Particulars & { readonly customerOrganization?: string };
}

/** A platform that does not say who somebody is must not hold up an answer for longer than this. */
const lookUpMs = 2_500;
/** Files may be large; one that does not come in this time keeps its name only. */
const downloadMs = 30_000;

/**
 * Asks the platform for names, readers and files, before anything is decided and outside of every transaction. Best effort:
 * without a name people go by their id, a file that cannot be fetched keeps its name.
 */
export const gather = async (
  claim: Claim,
  deps: Pick<PipelineDeps, 'adapters' | 'blobs' | 'log'>,
  signal: AbortSignal,
): Promise<Gathered> => {
  const speaking = claim.pending.map(({ event }) => event).filter(isSomebodysWord);
  const [first, newest] = [speaking.at(0), speaking.at(-1)];
  // Everybody once, by the first that they said: what came before it is what came before all that is unread.
  const people = new Map(
    [...speaking, ...speaking.flatMap(whomItNames)].toReversed().map((event) => [event.author.externalId, event]),
  );
  const isNew = claim.consumed === 0 && claim.conversation.kind === 'customer';
  const [fetched, looked] = await Promise.all([
    fetchFiles(claim, deps, signal),
    Promise.all(
      [...people].map(
        async ([id, event]) => [id, await lookUp(event, isNew && event === first, deps, signal)] as const,
      ),
    ),
  ]);
  const known = new Map(looked);
  const named = <A extends Author>(author: A): A => {
    const name = known.get(author.externalId)?.name;
    return name === undefined ? author : { ...author, name };
  };
  const { conversation } = claim;
  return {
    claim: {
      ...claim,
      conversation: { ...conversation, customer: named(conversation.customer) },
      pending: claim.pending.map((entry) => ({
        ...entry,
        event: withFiles(withPerson({ ...entry.event, author: named(entry.event.author) }, named), fetched),
      })),
    },
    names: [...known].flatMap(([id, { name, email }]) => {
      const { channel } = people.get(id)?.address ?? conversation.address;
      return name === undefined
        ? []
        : [{ conversation: conversation.id, channel, id, name, ...(email === undefined ? {} : { email }) }];
    }),
    files: lasting(claim.pending).flatMap(({ messageId, event }) => {
      const attachments = attachmentsOf(event);
      return messageId === undefined || !attachments.some(({ ref }) => fetched.has(ref))
        ? []
        : [{ messageId, attachments: attachments.map((file) => fetched.get(file.ref) ?? file) }];
    }),
    particulars: particularsOf(
      newest === undefined ? undefined : known.get(newest.author.externalId),
      first === undefined ? undefined : known.get(first.author.externalId),
      known.get(conversation.customer.externalId)?.organizationName,
    ),
  };
};

const particularsOf = (
  { before: _theirs, ...newest }: Particulars = {},
  { before }: Particulars = {},
  customerOrganization?: string,
): Gathered['particulars'] => ({
  ...newest,
  ...(customerOrganization === undefined ? {} : { customerOrganization }),
  ...(before === undefined ? {} : { before }),
});

/** Of whoever only takes something back or votes nothing needs to be known. */
const isSomebodysWord = ({ author, body }: InboundEvent): boolean =>
  author.role !== 'bot' && (body.kind === 'message' || body.kind === 'edit' || body.kind === 'action');

/** A colleague whom somebody names by their id alone is looked up like an author. */
const whomItNames = (event: InboundEvent): readonly InboundEvent[] =>
  event.body.kind === 'action' && event.body.person !== undefined && event.body.person.name === undefined
    ? [{ ...event, author: { role: 'human', externalId: event.body.person.externalId } }]
    : [];

const withPerson = (event: InboundEvent, named: (author: Author) => Author): InboundEvent => {
  const { body } = event;
  if (body.kind !== 'action' || body.person === undefined || body.person.name !== undefined) return event;
  const { externalId, name } = named({ role: 'human', externalId: body.person.externalId });
  return { ...event, body: { ...body, person: { externalId, ...(name === undefined ? {} : { name }) } } };
};

/** What still says how a message looks: not what was changed or deleted later in the same batch. */
const lasting = (pending: Claim['pending']): Claim['pending'] => {
  const last = new Map(pending.flatMap(({ messageId, seq }) => (messageId === undefined ? [] : [[messageId, seq]])));
  return pending.filter(({ messageId, seq }) => messageId === undefined || last.get(messageId) === seq);
};

/** Where nobody can say who reads along, only what is public may be said. */
const unknownReaders: Particulars = { readers: { organizations: [], shared: true } };

const lookUp = async (
  event: InboundEvent,
  isFirst: boolean,
  { adapters, log }: Pick<PipelineDeps, 'adapters' | 'log'>,
  signal: AbortSignal,
): Promise<Particulars> => {
  const adapter = adapters.get(event.address.channel);
  if (adapter?.lookUp === undefined) return {};
  try {
    return await within(lookUpMs, signal, (limited) => adapter.lookUp?.(event, { isFirst }, limited) ?? {});
  } catch (error) {
    log.warn({ channel: adapter.id, error: errorMessage(error) }, 'nothing could be looked up about an author');
    return unknownReaders;
  }
};

const attachmentsOf = ({ body }: InboundEvent): readonly Attachment[] =>
  body.kind === 'message' || body.kind === 'edit' ? body.content.attachments : [];

const withFiles = (event: InboundEvent, fetched: ReadonlyMap<string, Attachment>): InboundEvent => {
  const { body } = event;
  if (body.kind !== 'message' && body.kind !== 'edit') return event;
  const attachments = body.content.attachments.map((file) => fetched.get(file.ref) ?? file);
  return { ...event, body: { ...body, content: { ...body.content, attachments } } };
};

/** Brings files that are still on the platform into our own store; answers them by the reference they had. */
const fetchFiles = async (
  { pending }: Claim,
  { adapters, blobs, log }: Pick<PipelineDeps, 'adapters' | 'blobs' | 'log'>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Attachment>> => {
  const elsewhere = new Map(
    lasting(pending).flatMap(({ event }) =>
      attachmentsOf(event).flatMap((file) => (file.ref.startsWith('sha256:') ? [] : [[file.ref, { file, event }]])),
    ),
  );
  const fetched = await Promise.all(
    [...elsewhere.values()].map(async ({ file, event }) => {
      const adapter = adapters.get(event.address.channel);
      if (adapter?.download === undefined) return [];
      try {
        const found = await within(downloadMs, signal, (limited) => adapter.download?.(file, limited));
        if (found === undefined) return [];
        const { bytes, name = file.name, mime = file.mime } = found;
        const ref = await refOf(bytes);
        await blobs.put(ref, bytes);
        return [[file.ref, { name, mime, ref, bytes: bytes.byteLength }] as const];
      } catch (error) {
        log.warn({ channel: event.address.channel, error: errorMessage(error) }, 'a file could not be fetched');
        return [];
      }
    }),
  );
  return new Map(fetched.flat());
};

/** Waits no longer than this, whether or not `work` heeds its signal. */
const within = async <T>(ms: number, signal: AbortSignal, work: (limited: AbortSignal) => T): Promise<Awaited<T>> => {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(ms)]);
  limited.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(limited.reason);
  limited.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([promise, work(limited)]);
  } finally {
    limited.removeEventListener('abort', stop);
  }
};

const refOf = async (bytes: Uint8Array): Promise<string> =>
  `sha256:${Buffer.from(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes))).toString('hex')}`;
