import type { StreamEntity, TeamsActivity } from './outbound-activity.ts';

const prefix = 'stream:';

/** A stream as `Outbound.replaces` names it: `stream:<activity id>`. */
export const streamRef = (id: string): string => prefix + id;

/** The activity id of a stream, or `undefined` when a message is meant that is none. */
export const streamIdOf = (ref: string): string | undefined =>
  ref.startsWith(prefix) && ref.length > prefix.length ? ref.slice(prefix.length) : undefined;

/** What a piece says: a status line, or the whole text so far. */
export interface Piece {
  readonly kind: 'informative' | 'streaming';
  readonly text: string;
}

/** One piece of a stream; the first has no `id` yet. https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux */
export const pieceActivity = ({ kind, text }: Piece, sequence: number, id: string | undefined) => ({
  type: 'typing',
  text,
  textFormat: 'markdown',
  entities: [
    {
      type: 'streaminfo',
      streamType: kind,
      streamSequence: sequence,
      ...(id === undefined ? {} : { streamId: id }),
    } satisfies StreamEntity,
  ],
});

/** A message as the end of a stream; it has no sequence number. */
export const finalActivity = (activity: TeamsActivity, id: string): TeamsActivity => ({
  ...activity,
  entities: [...(activity.entities ?? []), { type: 'streaminfo', streamType: 'final', streamId: id }],
});
