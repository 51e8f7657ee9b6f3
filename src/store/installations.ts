import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { Installation, Installations } from '#core/channel.ts';
import { AppError } from '#core/errors.ts';
import type { ChannelId } from '#core/message.ts';
import type { Sealer } from './seal.ts';
import { toStorableText } from './storable.ts';
import type { Tables } from './tables.ts';

interface InstallationRow {
  readonly key: string;
  readonly name: string;
  readonly sealed: string;
  readonly revoked: string | null;
}

const secrets = z.record(z.string(), z.json());
const columns = sql`select key, name, sealed, revoked from installations`;

/**
 * The installations of one channel, their secrets sealed. One that no present secret opens counts as revoked and says why;
 * one that a previous secret sealed is sealed again with the first when it is read.
 */
export const createInstallations = (db: Kysely<Tables>, channel: ChannelId, sealer: Sealer): Installations => {
  const contextOf = (key: string): string => `${channel}:${key}`;

  const reseal = async ({ key, sealed }: InstallationRow, plain: string): Promise<void> => {
    try {
      await sql`update installations set sealed = ${sealer.seal(plain, contextOf(key))}, updated_at = now()
        where channel = ${channel} and key = ${key} and sealed = ${sealed}`.execute(db);
    } catch {
      // It can still be read as it is, and the next who reads it tries again.
    }
  };

  const open = async (row: InstallationRow): Promise<Installation> => {
    const { key, name, sealed, revoked } = row;
    if (revoked !== null) return { key, name, data: {}, revoked };
    try {
      const plain = sealer.open(sealed, contextOf(key));
      const data = secrets.parse(JSON.parse(plain));
      if (!sealer.isCurrent(sealed)) await reseal(row, plain);
      return { key, name, data };
    } catch (error) {
      const reason =
        error instanceof AppError ? error.userMessage : 'What is stored of it cannot be read. Connect again.';
      return { key, name, data: {}, revoked: reason };
    }
  };

  return {
    async find(key) {
      const { rows } = await sql<InstallationRow>`${columns} where channel = ${channel} and key = ${key}`.execute(db);
      return rows[0] === undefined ? undefined : await open(rows[0]);
    },
    async list() {
      const { rows } = await sql<InstallationRow>`${columns} where channel = ${channel} order by key`.execute(db);
      return await Promise.all(rows.map(open));
    },
    async save({ key, name, data }) {
      const sealed = sealer.seal(JSON.stringify(data), contextOf(key));
      await sql`insert into installations as i (channel, key, name, sealed)
        values (${channel}, ${key}, ${toStorableText(name, 200)}, ${sealed})
        on conflict (channel, key) do update set name = excluded.name, sealed = excluded.sealed, revoked = null, updated_at = now()`.execute(
        db,
      );
    },
    async revoke(key, reason) {
      await sql`update installations set sealed = '', revoked = ${toStorableText(reason, 500)}, updated_at = now()
        where channel = ${channel} and key = ${key}`.execute(db);
    },
  };
};
