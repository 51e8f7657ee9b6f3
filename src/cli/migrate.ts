import { Command } from 'commander';
import { migrateDatabase } from '#src/compose-foundation.ts';
import { loadSettings } from './settings.ts';

export const migrateSchema = (): Command =>
  new Command('migrate').description('bring the database schema to this release').action(async () => {
    const { config, log } = loadSettings();
    const applied = await migrateDatabase(config, log);
    process.stdout.write(applied.length === 0 ? 'The schema is up to date.\n' : `Applied ${applied.join(', ')}.\n`);
  });
