import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fakeSockets } from './fake-socket.ts';
import { type LinkState, openLiveSocket, refusals } from './live-socket.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const begin = () => {
  const sockets = fakeSockets();
  const states: LinkState[] = [];
  const data: string[] = [];
  const refused: number[] = [];
  const live = openLiveSocket({
    url: () => `ws://desk.example/ws?n=${sockets.opened.length}`,
    open: sockets.open,
    random: () => 1,
    onData: (text) => data.push(text),
    onState: (state) => states.push(state),
    onRefused: (code) => refused.push(code),
  });
  return { ...sockets, live, states, data, refused };
};

describe('a live socket', () => {
  test('comes back after a loss, at once at first and then more slowly', () => {
    const { opened, newest } = begin();
    newest().accept();
    newest().drop(1001);
    expect(opened).toHaveLength(1);
    vi.advanceTimersByTime(500);
    expect(opened).toHaveLength(2);
    newest().drop();
    vi.advanceTimersByTime(999);
    expect(opened).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(opened).toHaveLength(3);
  });

  test('a good connection makes the next wait short again, a brief one does not', () => {
    const { opened, newest } = begin();
    for (let round = 0; round < 5; round += 1) {
      newest().drop();
      vi.advanceTimersByTime(20_000);
    }
    newest().accept();
    vi.advanceTimersByTime(10_000);
    newest().drop();
    vi.advanceTimersByTime(500);
    expect(opened).toHaveLength(7);
    newest().accept();
    newest().drop();
    vi.advanceTimersByTime(500);
    expect(opened).toHaveLength(7);
  });

  test.each(refusals)('close code %i ends it', (code) => {
    const { opened, newest, refused } = begin();
    newest().accept();
    newest().drop(code);
    vi.advanceTimersByTime(60_000);
    expect(refused).toEqual([code]);
    expect(opened).toHaveLength(1);
  });

  test('an old connection is not heard any more', () => {
    const { newest, live, data } = begin();
    const old = newest();
    old.accept();
    live.retryNow();
    old.say('late');
    newest().say('now');
    old.drop();
    vi.advanceTimersByTime(1_000);
    expect(data).toEqual(['now']);
    expect(old.closedByPage).toBe(true);
  });

  test('counts tries that never opened', () => {
    const { newest, states } = begin();
    newest().drop();
    vi.advanceTimersByTime(500);
    newest().drop();
    expect(states.at(-1)).toEqual({ link: 'connecting', failed: 2, wasOpen: false });
    vi.advanceTimersByTime(1_000);
    newest().accept();
    expect(states.at(-1)).toEqual({ link: 'open' });
  });

  test('stopped, it stays away', () => {
    const { opened, newest, live } = begin();
    newest().accept();
    live.stop();
    newest().drop();
    live.retryNow();
    vi.advanceTimersByTime(60_000);
    expect(opened).toHaveLength(1);
  });
});
