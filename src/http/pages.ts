import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply } from 'fastify';
import type { Log } from '#core/channel.ts';
import type { HttpDeps } from './ports.ts';
import type { Routes } from './routes.ts';

const unbuilt = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Frontdesk is running</title>
<h1>Frontdesk is running</h1>
<p>Its web pages have not been built yet. Run <code>npm run build</code> in the project folder, start again and reload this page.</p>
<p>The API works without them: see <a href="/docs">the API's description</a> and <a href="/health">its health</a>.</p>
</html>
`;

/** Pages by their file in the web build. */
const chatPage = 'index.html';
const consolePage = 'console.html';

/**
 * The web chat at `/` and the console at `/console`, whose own addresses below `/console/` all open the same page. Built
 * assets carry a hash in their name and may be kept for ever; everything else is asked for again.
 */
export const pages =
  (webRoot: string | undefined, log: Log, page: HttpDeps['page'] = { company: '', suggestions: [] }): Routes =>
  async (app) => {
    const built = webRoot !== undefined && existsSync(join(webRoot, chatPage));
    if (built) {
      const assets = join(webRoot, 'assets');
      await app.register(fastifyStatic, {
        root: webRoot,
        index: false,
        redirect: false,
        dotfiles: 'ignore',
        cacheControl: false,
        schemaHide: true,
        setHeaders(reply, path) {
          const lasting = path.startsWith(assets);
          reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    } else {
      log.warn({ webRoot }, 'the web pages are not built: run "npm run build"');
    }

    const show = (file: string) => {
      const html = built ? withSettings(readFileSync(join(webRoot, file), 'utf8'), page) : unbuilt;
      return async (_request: unknown, reply: FastifyReply) =>
        reply
          .code(built ? 200 : 503)
          .header('cache-control', 'no-cache')
          .type('text/html; charset=utf-8')
          .send(html);
    };

    app.get('/', { schema: { hide: true } }, show(chatPage));
    app.get('/console', { schema: { hide: true } }, show(consolePage));
    app.get('/console/*', { schema: { hide: true } }, show(consolePage));
  };

/** The page with the operator's settings in its head, where its script finds them: our CSP allows no inline script. */
const withSettings = (html: string, page: NonNullable<HttpDeps['page']>): string =>
  html
    .replace('<title>Support</title>', (title) =>
      page.company === '' ? title : `<title>${escapeAttribute(page.company)} support</title>`,
    )
    .replace('</head>', () => `<meta name="frontdesk" content="${escapeAttribute(JSON.stringify(page))}"></head>`);

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
