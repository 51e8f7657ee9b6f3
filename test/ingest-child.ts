/** Ingests a file into the embedded database of a folder and says how far it is, for tests that kill it: `ingest-child.ts HOME FILE`. */
import { createKnowledge } from '#knowledge/index.ts';
import { openDatabase } from '#src/store/database.ts';
import { migrate } from '#src/store/migrate.ts';
import { quietLog } from './database.ts';

const [home = '', file = ''] = process.argv.slice(2);
const settings = { home, poolSize: 2, statementTimeoutMs: 15_000, idleTimeoutMs: 10_000 };
await using database = await openDatabase(settings, quietLog);
await migrate(database.db);
const report = await createKnowledge({ db: database.db, log: quietLog }).ingest({
  sources: [file],
  onProgress: ({ done }) => process.send?.({ done }),
});
// A channel that is closed at once loses what was just sent.
process.send?.({ report }, () => process.disconnect());
