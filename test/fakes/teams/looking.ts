import { allMessages, findMessage } from './messages.ts';
import type { State } from './state.ts';
import type { Message } from './types.ts';

/** How a test looks at what is there. */
export const looking = (state: State) => ({
  calls: state.calls,
  problems: state.problems,
  tokens: state.tokens,
  typing: state.typing,
  uploads: state.uploads,
  messages: (place: string, { withDeleted = false } = {}) =>
    allMessages(state, place).filter((message) => withDeleted || !message.deleted),
  thread: (place: string, root: string) =>
    allMessages(state, place).filter((message) => message.root === root && !message.deleted),
  message: (place: string, id: string) => findMessage(state, place, id),
  isTyping: (place: string, root?: string) => isTyping(state, place, root),
  callsOf: (operation: string) => state.calls.filter((call) => call.operation === operation),
  waitFor: <T>(look: () => T | undefined | false, ms = 10_000, what = 'What was waited for') =>
    waitFor(state, look, ms, what),
});

/** Typing shows for some seconds, and until the bot has said something. */
const isTyping = (state: State, place: string, root?: string): boolean => {
  const last = state.typing.findLast((one) => one.place === place && one.root === root);
  if (last === undefined || state.now() - last.at > 10_000) return false;
  const since = (message: Message) => message.from === undefined && Number(message.id) >= last.at;
  return !allMessages(state, place).some((message) => since(message) && (root === undefined || message.root === root));
};

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
