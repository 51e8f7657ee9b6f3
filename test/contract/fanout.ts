import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Fanout } from '#core/channel.ts';
import { recordingLog } from '#test/recording-log.ts';

/** `there` is the same fan-out in another process, or `here` itself where there is only one. */
export interface FanoutFixture extends AsyncDisposable {
  readonly here: Fanout;
  readonly there: Fanout;
}

/** Every `Fanout` passes this. `open` is given the log that failures of listeners must reach. */
export const fanoutContract = (
  name: string,
  open: (log: ReturnType<typeof recordingLog>) => Promise<FanoutFixture>,
): void => {
  describe(`${name} as a fan-out`, () => {
    let fixture: FanoutFixture;
    let log: ReturnType<typeof recordingLog>;
    beforeEach(async () => {
      log = recordingLog();
      fixture = await open(log);
      await connected(fixture);
    });
    afterEach(() => fixture[Symbol.asyncDispose]());

    it('tells a listener of this process at once', () => {
      const heard = listen(fixture.here, 'chat:1');
      fixture.here.publish('chat:1', { type: 'message', id: '5' });
      expect(heard).toEqual([{ type: 'message', id: '5' }]);
    });

    it('tells every listener once, here and there', async () => {
      const heard = ['a', 'b'].map(() => listen(fixture.here, 'chat:1'));
      const far = listen(fixture.there, 'chat:1');
      await everyoneHears(fixture, 'chat:1');
      heard.push(far);
      for (const events of heard) events.length = 0;
      for (const id of [1, 2, 3]) fixture.here.publish('chat:1', { type: 'changed', id });
      await fence(fixture, 'chat:1');
      const expected = [1, 2, 3].map((id) => ({ type: 'changed', id }));
      for (const events of heard) expect(withoutFences(events)).toEqual(expected);
    });

    it('keeps topics apart', async () => {
      const other = listen(fixture.there, 'chat:11');
      listen(fixture.there, 'chat:1');
      await everyoneHears(fixture, 'chat:1');
      fixture.here.publish('chat:1', { type: 'changed' });
      await fence(fixture, 'chat:1');
      expect(other).toEqual([]);
    });

    it('carries topics of any name and text of any kind', async () => {
      const topic = `chat:"ü"'\\\n*[?]`;
      const heard = listen(fixture.there, topic);
      await everyoneHears(fixture, topic);
      heard.length = 0;
      const event = { type: 'status', text: `Looking through “Billing” …\u0000\n'"\\ 🧾` };
      fixture.here.publish(topic, event);
      await vi.waitFor(() => expect(withoutFences(heard)).toEqual([event]), waiting);
    });

    it('tells nobody who has stopped listening', async () => {
      const gone: unknown[] = [];
      const stop = fixture.there.subscribe('chat:1', (event) => gone.push(event));
      listen(fixture.there, 'chat:1');
      await everyoneHears(fixture, 'chat:1');
      stop();
      stop();
      gone.length = 0;
      fixture.here.publish('chat:1', { type: 'changed' });
      await fence(fixture, 'chat:1');
      expect(gone).toEqual([]);
    });

    it('tells one who stopped and listens again', async () => {
      fixture.there.subscribe('chat:1', () => undefined)();
      const heard = listen(fixture.there, 'chat:1');
      await everyoneHears(fixture, 'chat:1');
      heard.length = 0;
      fixture.here.publish('chat:1', { type: 'changed' });
      await vi.waitFor(() => expect(withoutFences(heard)).toEqual([{ type: 'changed' }]), waiting);
    });

    it('lets the same function listen twice and stop once', () => {
      const events: unknown[] = [];
      const listener = (event: unknown) => void events.push(event);
      const stop = fixture.here.subscribe('chat:1', listener);
      fixture.here.subscribe('chat:1', listener);
      stop();
      fixture.here.publish('chat:1', 'once');
      expect(events).toEqual(['once']);
    });

    it('goes on when a listener throws or rejects, and says so', async () => {
      fixture.here.subscribe('chat:1', () => {
        throw new Error('this listener is broken');
      });
      fixture.here.subscribe('chat:1', async () => {
        throw new Error('this one as well');
      });
      const heard = listen(fixture.here, 'chat:1');
      fixture.here.publish('chat:1', { type: 'changed' });
      expect(heard).toEqual([{ type: 'changed' }]);
      await vi.waitFor(() => expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(2), waiting);
    });

    it('tells those who are added or removed by a listener from the next event on', () => {
      const late: unknown[] = [];
      const removed: unknown[] = [];
      let stopOther: () => void = () => undefined;
      fixture.here.subscribe('chat:1', () => {
        fixture.here.subscribe('chat:1', (event) => late.push(event));
        stopOther();
      });
      stopOther = fixture.here.subscribe('chat:1', (event) => removed.push(event));
      fixture.here.publish('chat:1', 'first');
      expect({ late, removed }).toEqual({ late: [], removed: [] });
      fixture.here.publish('chat:1', 'second');
      expect({ late, removed }).toEqual({ late: ['second'], removed: [] });
    });

    it('publishes to nobody in peace', () => {
      expect(() => fixture.here.publish('nobody', { type: 'changed' })).not.toThrow();
    });
  });
};

const waiting = { timeout: 5_000, interval: 10 };

const listen = (fanout: Fanout, topic: string): unknown[] => {
  const events: unknown[] = [];
  fanout.subscribe(topic, (event) => events.push(event));
  return events;
};

const isFence = (event: unknown): boolean => typeof event === 'object' && event !== null && 'fence' in event;
const withoutFences = (events: readonly unknown[]): readonly unknown[] => events.filter((event) => !isFence(event));

/** Subscribing takes a moment to reach the other process: publish until it is heard there. */
const everyoneHears = async (fixture: FanoutFixture, topic: string): Promise<void> => {
  let heard = 0;
  const stop = fixture.there.subscribe(topic, (event) => {
    if (isFence(event)) heard += 1;
  });
  await vi.waitFor(() => {
    fixture.here.publish(topic, { fence: heard, at: performance.now() });
    expect(heard).toBeGreaterThan(0);
  }, waiting);
  await fence(fixture, topic);
  stop();
};

/** Resolves when everything published on the topic before has arrived there: events arrive in order. */
const fence = async (fixture: FanoutFixture, topic: string): Promise<void> => {
  const mark = performance.now();
  const arrived = Promise.withResolvers<void>();
  const stop = fixture.there.subscribe(topic, (event) => {
    if (typeof event === 'object' && event !== null && 'fence' in event && event.fence === mark) arrived.resolve();
  });
  fixture.here.publish(topic, { fence: mark });
  await arrived.promise;
  stop();
};

const connected = (fixture: FanoutFixture) => everyoneHears(fixture, 'is anybody there?');
