import type { MessageWire } from '#src/http/wire.ts';

type Placed = Pick<MessageWire, 'id' | 'author' | 'at' | 'visibility' | 'kind'>;

/** Messages of one author in a row: the author is named once. */
export interface Run<M extends Placed> {
  /** Of its first message; stable while the run grows. */
  readonly id: string;
  readonly author: M['author'];
  readonly internal: boolean;
  /** A system line ("Mira from support has joined."), shown without an author. */
  readonly notice: boolean;
  /** Set on the first run of each calendar day: that day, at any hour. */
  readonly day?: Date;
  readonly messages: readonly M[];
}

/** Groups messages, oldest first, into runs; a new day always begins a new run. */
export const runsOf = <M extends Placed>(messages: readonly M[]): readonly Run<M>[] => {
  const runs: (Omit<Run<M>, 'messages'> & { messages: M[] })[] = [];
  let lastDay = '';
  for (const message of messages) {
    const at = new Date(message.at);
    const day = at.toDateString();
    const last = runs.at(-1);
    const internal = message.visibility === 'internal';
    // What people write and what only the team reads always has its author, whatever it is called.
    const notice = message.kind === 'notice' && message.author.role === 'bot' && !internal;
    const continues =
      last !== undefined &&
      day === lastDay &&
      !notice &&
      !last.notice &&
      last.internal === internal &&
      last.author.role === message.author.role &&
      last.author.name === message.author.name;
    if (continues) {
      last.messages.push(message);
    } else {
      runs.push({
        id: message.id,
        author: message.author,
        internal,
        notice,
        ...(day === lastDay ? {} : { day: at }),
        messages: [message],
      });
    }
    lastDay = day;
  }
  return runs;
};
