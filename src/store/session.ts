import type { Log } from '#core/channel.ts';
import type { ConversationId } from '#core/message.ts';
import type { Session, SessionStore } from '#core/session.ts';
import type { Redis } from './redis.ts';
import { decodeSession, encodeSession } from './session-wire.ts';

/**
 * Sessions in this process: at most `max` of them, each for `ttlMs` after it was last saved. The one that nobody has loaded
 * or saved for longest makes room.
 */
export const createMemorySessions = (options: {
  readonly ttlMs: number;
  readonly max: number;
  readonly now: () => Date;
}): SessionStore => {
  const { ttlMs, max, now } = options;
  /** In order of use, the least recent first: a Map keeps the order of insertion. */
  const entries = new Map<ConversationId, { readonly session: Session; readonly expiresAt: number }>();
  const find = (id: ConversationId) => {
    const entry = entries.get(id);
    if (entry === undefined || entry.expiresAt > now().getTime()) return entry;
    entries.delete(id);
    return undefined;
  };
  const touch = (id: ConversationId, entry: { readonly session: Session; readonly expiresAt: number }) => {
    entries.delete(id);
    entries.set(id, entry);
  };

  return {
    load: async (id, version) => {
      const entry = find(id);
      if (entry?.session.version !== version) return undefined;
      touch(id, entry);
      return entry.session;
    },
    save: async (id, session) => {
      const entry = find(id);
      if (entry !== undefined && entry.session.version > session.version) return;
      touch(id, { session, expiresAt: now().getTime() + ttlMs });
      const [oldest] = entries.keys();
      if (entries.size > max && oldest !== undefined) entries.delete(oldest);
    },
    drop: async (id) => void entries.delete(id),
  };
};

/**
 * Sets the session unless a newer one is there, in one step. KEYS: the key. ARGV: version, JSON, time to live in ms.
 * Anything that is not a session of ours is replaced.
 */
const saveScript = `
if redis.call('TYPE', KEYS[1]).ok ~= 'hash' then redis.call('DEL', KEYS[1]) end
local kept = tonumber(redis.call('HGET', KEYS[1], 'version'))
if kept and kept > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'session', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`;

/**
 * Sessions that all processes share. Every save also goes to `local`, which answers alone while Redis is away: a session of
 * exactly the version asked for is not out of date, because every commit makes a new version. For the same reason a save
 * that Redis misses is not repeated. A drop is, once Redis is back: it may be there to erase what is known of a person.
 */
export const createRedisSessions = (options: {
  readonly redis: Redis;
  /** A whole number of milliseconds. */
  readonly ttlMs: number;
  readonly local: SessionStore;
  readonly log: Log;
}): SessionStore => {
  const { redis, ttlMs, local, log } = options;
  const keyOf = (id: ConversationId) => `${redis.prefix}session:${id}`;
  const owedDrops = new Set<ConversationId>();

  const dropOwed = async (): Promise<void> => {
    const ids = [...owedDrops];
    const reply = await redis.run((client) => client.del(ids.map(keyOf)));
    if (reply.ok) for (const id of ids) owedDrops.delete(id);
  };

  return {
    load: async (id, version) => {
      if (owedDrops.size > 0) await dropOwed();
      const reply = await redis.run((client) => client.hmget(keyOf(id), 'version', 'session'));
      if (!reply.ok) return reply.why === 'away' ? local.load(id, version) : undefined;
      const [kept, text] = reply.value;
      if (kept !== String(version) || typeof text !== 'string') return undefined;
      const session = decodeSession(text);
      if (session?.version === version) return session;
      log.debug({ conversationId: id, version }, 'a session in Redis cannot be read; it counts as absent');
      return undefined;
    },
    save: async (id, session) => {
      if (owedDrops.size > 0) await dropOwed();
      await local.save(id, session);
      const [version, text] = [String(session.version), encodeSession(session)];
      await redis.run((client) => client.eval(saveScript, 1, keyOf(id), version, text, ttlMs));
    },
    drop: async (id) => {
      await local.drop(id);
      owedDrops.add(id);
      await dropOwed();
    },
  };
};
