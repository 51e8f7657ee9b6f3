import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { findProgram } from './servers/find-program.ts';

const executablePath = process.env.CHROMIUM ?? findProgram('chromium');

/** Whether this machine has Chromium (Debian: `apt-get install chromium`; CHROMIUM names another one). */
export const hasChromium = executablePath !== undefined && existsSync(executablePath);

/** How long any one thing may take to appear, in milliseconds. */
const patience = 15_000;

/** What a browser says by itself when a server is away; everything else on the console is a fault of the page. */
const networkNoise = /net::ERR_|WebSocket connection to|Failed to load resource/;

/** Somebody's browser with one page open. */
export interface Visitor extends AsyncDisposable {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Errors on the page's console, broken content security rules, uncaught exceptions. */
  readonly complaints: readonly string[];
}

/** Starts Chromium, which talks to nobody but the pages that are opened. Fails when the pages are not built. */
export const startBrowser = async () => {
  if (!existsSync(fileURLToPath(new URL('../web/dist/index.html', import.meta.url)))) {
    throw new Error('The web pages are not built: npm run build');
  }
  const browser: Browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    /** Opens `url` in a profile of its own. `serverMayGo`: the test stops the server, so failed requests are no fault. */
    visit: async (
      url: string,
      options: BrowserContextOptions & { readonly serverMayGo?: boolean } = {},
    ): Promise<Visitor> => {
      const { serverMayGo = false, ...rest } = options;
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...rest });
      const page = await context.newPage();
      page.setDefaultTimeout(patience);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (!['error', 'warning'].includes(message.type())) return;
        if (serverMayGo && networkNoise.test(message.text())) return;
        complaints.push(`${message.type()}: ${message.text()}`);
      });
      await page.goto(url);
      return { page, context, complaints, [Symbol.asyncDispose]: () => context.close() };
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
};
