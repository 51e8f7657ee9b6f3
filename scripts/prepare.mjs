// Runs after `npm ci`, with whatever Node the machine has, so this is plain JavaScript. What takes seconds is done here once,
// so that `npm start` builds nothing: the web page, and the empty embedded database that the first start copies.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const say = (text) => console.log(`prepare: ${text}`);

const buildPage = async () => {
  const vite = await import('vite').catch(() => undefined);
  if (vite === undefined) return say('without Vite (a production install) the web page is not built here.');
  if (!existsSync(at('web/vite.config.ts'))) return say('there is no web page to build.');
  await vite.build({ root: at('web'), logLevel: 'warn' });
  say('the web page is built.');
};

const makeEmptyDatabase = async () => {
  if (!existsSync(at('src/store/embedded.ts'))) return say('without the sources no database is prepared.');
  if (Number.parseInt(process.versions.node, 10) < 24)
    return say('Node 24 is not there yet, the first start takes longer.');
  const { makeTemplates } = await import('../src/store/embedded.ts');
  await makeTemplates();
  say('the embedded database is prepared.');
};

await buildPage();
// Only a saving: the product starts without it, a few seconds later.
await makeEmptyDatabase().catch((error) => say(`the embedded database could not be prepared (${error.message}).`));
