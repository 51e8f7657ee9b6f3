import { allMessages, everyMessage, findMessage, repliesOf, statusOf } from './messages.ts';
import type { State } from './state.ts';

/** How a test looks at what is there. */
export const looking = (state: State) => ({
  calls: state.calls,
  statuses: state.statuses,
  prompts: state.prompts,
  titles: state.titles,
  ephemerals: state.ephemerals,
  views: state.views,
  messages: (channel: string, { withDeleted = false } = {}) =>
    allMessages(state, channel).filter((message) => withDeleted || !message.deleted),
  thread: (channel: string, ts: string) => {
    const root = findMessage(state, channel, ts);
    return [...(root === undefined ? [] : [root]), ...repliesOf(state, channel, ts)];
  },
  message: (channel: string, ts: string) => findMessage(state, channel, ts),
  status: (channel: string, thread: string) => statusOf(state, channel, thread),
  callsOf: (method: string) => state.calls.filter((call) => call.method === method),
  waitFor: <T>(look: () => T | undefined | false, ms = 10_000, what = 'What was waited for') =>
    waitFor(state, look, ms, what),
});

/** Looks again after every change, and now and then for what is no change of ours. */
const waitFor = <T>(state: State, look: () => T | undefined | false, ms: number, what: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      clearInterval(poll);
      stop();
      finish();
    };
    const check = () => {
      try {
        const found = look();
        if (found !== undefined && found !== false) end(() => resolve(found));
      } catch (thrown) {
        end(() => reject(thrown));
      }
    };
    const timer = setTimeout(() => end(() => reject(new Error(`${what}: not within ${ms} ms`))), ms);
    const poll = setInterval(check, 50);
    const stop = state.onChange(check);
    check();
  });

/** Reactions on all messages that are still there, one entry for each person. */
export const reactionsOf = (
  state: State,
): readonly { readonly channel: string; readonly ts: string; readonly name: string; readonly user: string }[] =>
  everyMessage(state).flatMap(({ channel, ts, deleted, reactions }) =>
    deleted ? [] : reactions.flatMap(({ name, users }) => users.map((user) => ({ channel, ts, name, user }))),
  );
