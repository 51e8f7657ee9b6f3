import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Kysely, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { migrate, migrationsFolder, splitStatements } from '#src/store/migrate.ts';
import { engines, openTestDatabase } from './database.ts';

/**
 * Rows that an installation has when a release's last migration is `NNNN`: a file of that number. They are there when the
 * next migration runs, so that one that only works on empty tables fails here and not at a customer's. A migration that
 * brings a table brings rows for it.
 */
const rowsFolder = fileURLToPath(new URL('./fixtures/upgrade/', import.meta.url));

/** The names of tables, without those that belong to an extension. */
const tablesOf = async (db: Kysely<never>): Promise<readonly string[]> =>
  (
    await sql<{
      name: string;
    }>`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') order by 1`.execute(db)
  ).rows.map(({ name }) => name);

/** Everything that a schema is, as lines that a failing comparison can show. */
const describeSchema = async (db: Kysely<never>): Promise<readonly string[]> => {
  const { rows } = await sql<{ line: string }>`
    with ours as (
      select c.* from pg_class c where c.relnamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    )
    select format('table %s: %s %s', relname, relkind, reloptions) as line from ours where relkind in ('r', 'p', 'v', 'm')
    union all
    select format('column %s.%s: %s %s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' end,
        a.attidentity, pg_get_expr(d.adbin, d.adrelid), a.attstorage)
      from ours c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum where c.relkind in ('r', 'p', 'v', 'm')
    union all
    select format('index %s', pg_get_indexdef(i.indexrelid)) from pg_index i join ours c on c.oid = i.indrelid
    union all
    select format('constraint %s on %s: %s', k.conname, c.relname, pg_get_constraintdef(k.oid)) from pg_constraint k join ours c on c.oid = k.conrelid
    union all
    select format('trigger on %s: %s', c.relname, pg_get_triggerdef(t.oid)) from pg_trigger t join ours c on c.oid = t.tgrelid where not t.tgisinternal
    union all
    select format('policy %s on %s: %s %s %s %s', p.polname, c.relname, p.polcmd, p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p join ours c on c.oid = p.polrelid
    union all
    select pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind in ('f', 'p')
      and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    union all
    select format('sequence %s %s %s', s.sequencename, s.data_type, s.increment_by) from pg_sequences s where s.schemaname = 'public'
    union all
    select format('type %s: %s', t.typname, string_agg(e.enumlabel, ',' order by e.enumsortorder)) from pg_type t join pg_enum e on e.enumtypid = t.oid group by t.typname
    union all
    select format('extension %s', extname) from pg_extension
    union all
    select format('migration %s %s %s', version, name, checksum) from schema_migrations
    order by 1`.execute(db);
  return rows.map(({ line }) => line);
};

describe.each(engines)('an upgraded schema (%s)', (engine) => {
  it('equals a fresh one, and keeps its rows', { timeout: 60_000 }, async () => {
    await using fresh = await openTestDatabase(engine);
    await using upgraded = await openTestDatabase(engine, { migrated: false });
    const folder = await mkdtemp(join(tmpdir(), 'frontdesk-releases-'));
    try {
      const names = (await readdir(migrationsFolder)).filter((name) => name.endsWith('.sql')).sort();
      expect(names.length).toBeGreaterThan(2);
      for (const name of names) {
        await cp(join(migrationsFolder, name), join(folder, name));
        expect(await migrate(upgraded.db, folder)).toEqual([name]);
        const rows = join(rowsFolder, `${name.slice(0, 4)}.sql`);
        if (!existsSync(rows)) continue;
        for (const statement of splitStatements(await readFile(rows, 'utf8')))
          await sql.raw(statement).execute(upgraded.db);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
    const db = upgraded.db as unknown as Kysely<never>;
    const schema = await describeSchema(db);
    expect(schema.length).toBeGreaterThan(100);
    expect(schema).toEqual(await describeSchema(fresh.db as unknown as Kysely<never>));

    const empty: string[] = [];
    for (const table of await tablesOf(db)) {
      const { rows } = await sql<{ some: boolean }>`select exists (select from ${sql.table(table)}) as some`.execute(
        db,
      );
      if (rows[0]?.some !== true) empty.push(table);
    }
    expect(empty, 'tables without a row in test/fixtures/upgrade').toEqual([]);
  });
});
