/**
 * `npm run screenshots`: makes the README's pictures from the running product. Starts it in a folder of its own, asks a
 * question in a real Chromium, asks for a person, answers as that person, and writes docs/images/chat.png and console.png.
 * Elements are found by role and by the words of web/words.ts, so that a new look breaks nothing here.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chatWords, citationWords, consoleWords } from '../web/words.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs/images');
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** How long any one thing may take to appear. */
const patience = 30_000;

const question = 'How do I reset my password?';
const detail = 'It is about the address on our annual invoice.';
const reply = 'Hello, I have your invoice open. Which address should be on it? I will send you a corrected one today.';

const pageErrors: string[] = [];
await using cleanup = new AsyncDisposableStack();

if (!existsSync(executablePath))
  fail(`there is no Chromium at ${executablePath}; install it or set CHROMIUM to its path`);
if (!existsSync(join(root, 'web/dist/index.html'))) fail('the web page is not built; run npm run build first');

const home = await mkdtemp(join(tmpdir(), 'frontdesk-screenshots-'));
cleanup.defer(() => rm(home, { recursive: true, force: true }));
const address = await startProduct();
const browser = await chromium.launch({
  executablePath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
cleanup.defer(() => browser.close());
await mkdir(images, { recursive: true });

const chat = await open(browser, address, { width: 900, height: 860 });
await say(chat, question);
await chat
  .getByRole('button', { name: citationWords.mark(1, '') })
  .first()
  .waitFor();
await chat.getByRole('button', { name: chatWords.helpful, exact: true }).waitFor();

await chat.getByRole('button', { name: chatWords.talkToPerson, exact: true }).first().click();
await chat.getByRole('status').filter({ hasText: chatWords.states.waiting }).waitFor();
await say(chat, detail);

const desk = await open(browser, `${address}/console`, { width: 1440, height: 900 });
await desk.getByRole('textbox', { name: consoleWords.name }).fill('Mira');
await desk.getByRole('button', { name: consoleWords.signIn, exact: true }).click();
await desk
  .getByText(consoleWords.reasons['asked-for-human'] ?? '')
  .first()
  .click();
await desk.getByRole('button', { name: consoleWords.claim, exact: true }).first().click();
await desk.getByText(consoleWords.youHave).first().waitFor();
await desk.getByRole('textbox', { name: consoleWords.replyTo('') }).fill(reply);
await desk.getByRole('button', { name: consoleWords.sendReply }).click();
// The picture is taken once the customer has it and the console knows.
await chat.getByRole('article').filter({ hasText: reply }).waitFor();
await desk.getByText(consoleWords.deliveries.delivered).last().waitFor();
await picture(chat, 'chat');
await picture(desk, 'console');
if (pageErrors.length > 0) fail(`the pages reported errors:\n${pageErrors.join('\n')}`);

/** Serves on a free port with nothing set but where to keep its state; stopped with the script. */
async function startProduct(): Promise<string> {
  const port = await freePort();
  const product = spawn(process.execPath, ['src/main.ts', 'serve'], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), FRONTDESK_HOME: home, LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  cleanup.defer(() => stop(product));
  const url = `http://localhost:${port}`;
  const deadline = Date.now() + patience;
  for (;;) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return url;
    if (product.exitCode !== null) fail(`the product stopped while starting, with exit code ${product.exitCode}`);
    if (Date.now() > deadline) fail(`the product was not ready after ${patience / 1000} s`);
    await pause(100);
  }
}

async function stop(product: ChildProcess): Promise<void> {
  if (product.exitCode !== null || product.signalCode !== null) return;
  product.kill('SIGTERM');
  await once(product, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  await once(server, 'close');
  return typeof bound === 'object' && bound ? bound.port : fail('no free port');
}

/** A page of its own profile; sharp, light, without motion, and with nothing loaded from elsewhere. */
async function open(from: Browser, url: string, viewport: { width: number; height: number }): Promise<Page> {
  const context = await from.newContext({
    viewport,
    deviceScaleFactor: 2,
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.on('pageerror', (error) => pageErrors.push(`${url}: ${error.message}`));
  await page.goto(url);
  return page;
}

/** Writes in the chat and waits until it stands in the conversation. */
async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', { name: chatWords.placeholder }).fill(text);
  await page.getByRole('button', { name: chatWords.send, exact: true }).click();
  await page.getByRole('article').filter({ hasText: text }).first().waitFor();
}

async function picture(page: Page, file: string): Promise<void> {
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.screenshot({ path: join(images, `${file}.png`) });
  console.log(`docs/images/${file}.png`);
}

function fail(reason: string): never {
  throw new Error(`screenshots: ${reason}`);
}
