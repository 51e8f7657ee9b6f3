import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Installation } from '#core/channel.ts';
import { engines, openTestDatabase } from '#test/database.ts';
import type { Database } from './database.ts';
import { createInstallations } from './installations.ts';
import { createSealer } from './seal.ts';

const token = 'xoxb-a-token-of-this-test';
const home: Installation = {
  key: 'T0HOME',
  name: 'Tidewater',
  data: { token, botUserId: 'U0BOT', scopes: ['chat:write'], enterprise: null },
};

describe.each(engines)('installations (%s)', (engine) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(engine);
  });
  beforeEach(() => sql`truncate installations`.execute(database.db));
  afterAll(() => database[Symbol.asyncDispose]());

  const open = (...secrets: [string, ...string[]]) => createInstallations(database.db, 'slack', createSealer(secrets));
  const stored = async (): Promise<readonly { readonly key: string; readonly sealed: string }[]> =>
    (
      await sql<{ key: string; sealed: string }>`select key, sealed from installations order by key`.execute(
        database.db,
      )
    ).rows;

  it('come back as they were saved, and cannot be read in the table', async () => {
    const slack = open('one');
    await slack.save(home);
    expect(await slack.find('T0HOME')).toEqual(home);
    expect(await slack.list()).toEqual([home]);
    expect(await slack.find('T0OTHER')).toBeUndefined();
    const { rows } = await sql<{ row: string }>`select i::text as row from installations i`.execute(database.db);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/xoxb|U0BOT/);
  });

  it('are replaced when the app is installed again', async () => {
    const slack = open('one');
    await slack.save(home);
    await slack.save({ ...home, name: 'Tidewater Ltd', data: { token: 'xoxb-newer' } });
    expect(await slack.list()).toEqual([{ key: 'T0HOME', name: 'Tidewater Ltd', data: { token: 'xoxb-newer' } }]);
  });

  it('are listed in order, each channel its own', async () => {
    const slack = open('one');
    for (const key of ['T2', 'T1', 'T3']) await slack.save({ key, name: key, data: { token: key } });
    const teams = createInstallations(database.db, 'teams', createSealer(['one']));
    expect(await teams.list()).toEqual([]);
    expect(await teams.find('T1')).toBeUndefined();
    await teams.revoke('T1', 'not ours to take');
    expect((await slack.list()).map(({ key, data, revoked }) => [key, data, revoked])).toEqual([
      ['T1', { token: 'T1' }, undefined],
      ['T2', { token: 'T2' }, undefined],
      ['T3', { token: 'T3' }, undefined],
    ]);
  });

  it('forget their secrets when access is taken back, keep why, and may return', async () => {
    const slack = open('one');
    await slack.save(home);
    await slack.revoke('T0HOME', 'The app was removed.');
    await slack.revoke('T0OTHER', 'Nobody knows it.');
    expect(await stored()).toEqual([{ key: 'T0HOME', sealed: '' }]);
    const gone = { key: 'T0HOME', name: 'Tidewater', data: {}, revoked: 'The app was removed.' };
    expect(await slack.find('T0HOME')).toEqual(gone);
    expect(await slack.list()).toEqual([gone]);
    await slack.save(home);
    expect(await slack.find('T0HOME')).toEqual(home);
  });

  it('are sealed with the present secret once they are read, so that the one before can go', async () => {
    await open('old').save(home);
    await open('old').save({ ...home, key: 'T1' });
    const [before] = await stored();
    expect(await open('new', 'old').find('T0HOME')).toEqual(home);
    expect((await stored())[0]?.sealed).not.toBe(before?.sealed);
    expect(await open('new').find('T0HOME')).toEqual(home);
    expect((await open('new').find('T1'))?.revoked).toMatch(/FRONTDESK_SECRET_PREVIOUS/);
    await open('new', 'old').list();
    expect((await open('new').list()).map(({ revoked }) => revoked)).toEqual([undefined, undefined]);
    const settled = await stored();
    await open('new', 'old').list();
    expect(await stored()).toEqual(settled);
  });

  it('can be read where nothing can be written', async () => {
    await open('old').save(home);
    await database.db.transaction().execute(async (transaction) => {
      await sql`savepoint before`.execute(transaction);
      await sql`set transaction read only`.execute(transaction);
      const slack = createInstallations(transaction, 'slack', createSealer(['new', 'old']));
      expect(await slack.find('T0HOME')).toEqual(home);
      await sql`rollback to savepoint before`.execute(transaction);
    });
    expect((await open('new').find('T0HOME'))?.revoked).toBeDefined();
  });

  it('one that cannot be opened says so, and does not hide the others', async () => {
    const slack = open('one');
    await slack.save({ key: 'T1', name: 'One', data: { token: 'first' } });
    await slack.save({ key: 'T2', name: 'Two', data: { token: 'second' } });
    await slack.save({ key: 'T3', name: 'Three', data: { token: 'third' } });
    // Rows swapped by whoever can write to the table, and one damaged.
    await sql`update installations set sealed = (select sealed from installations where key = 'T2') where key = 'T1'`.execute(
      database.db,
    );
    await sql`update installations set sealed = 'damaged' where key = 'T3'`.execute(database.db);
    const [one, two, three] = await slack.list();
    expect(one).toMatchObject({ key: 'T1', data: {}, revoked: expect.stringMatching(/connect again/) });
    expect(two).toEqual({ key: 'T2', name: 'Two', data: { token: 'second' } });
    expect(three).toMatchObject({ key: 'T3', data: {}, revoked: expect.stringMatching(/connect again/) });
    expect(JSON.stringify([one, three])).not.toMatch(/first|second|third/);
    // Not for ever: what is wrong may be the setting, so the row stays as it is until somebody connects again.
    expect((await stored()).map(({ sealed }) => sealed !== '')).toEqual([true, true, true]);
    await slack.save({ key: 'T1', name: 'One', data: { token: 'again' } });
    expect(await slack.find('T1')).toEqual({ key: 'T1', name: 'One', data: { token: 'again' } });
  });

  it('take any name', async () => {
    const slack = open('one');
    await slack.save({ ...home, name: `Bad\0\ud800${'x'.repeat(300)}` });
    expect((await slack.find('T0HOME'))?.name).toBe(`Bad\ufffd\ufffd${'x'.repeat(195)}`);
  });
});
