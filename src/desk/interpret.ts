import type { DeskEvent } from '#core/escalation.ts';
import type { InboundEvent } from '#core/message.ts';

const actions: ReadonlyMap<string, DeskEvent> = new Map([
  ['claim', { kind: 'claim' }],
  ['resolve', { kind: 'resolve' }],
  ['return', { kind: 'return-to-bot' }],
  ['reopen', { kind: 'reopen' }],
  ['publish', { kind: 'publish' }],
  ['dismiss', { kind: 'dismiss' }],
  ['restore', { kind: 'restore' }],
]);

/** What a person meant by something they did in a desk thread. Text that starts with `//` is a note and is never relayed. */
export const interpret = (event: InboundEvent): DeskEvent | undefined => {
  const { body } = event;
  if (event.author.role !== 'human') return undefined;
  if (body.kind === 'action' && body.action === 'reassign')
    return { kind: 'reassign', ...(body.person === undefined ? {} : { to: body.person }) };
  if (body.kind === 'action') return actions.get(body.action);
  if (body.kind !== 'message') return undefined;
  const note = body.internal === true || body.content.markdown.trimStart().startsWith('//');
  return { kind: note ? 'note' : 'reply', content: body.content };
};
