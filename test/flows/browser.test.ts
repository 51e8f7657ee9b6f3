import { rm } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, startBrowser } from '#test/browser.ts';
import { type Product, startProduct, until } from '#test/product.ts';
import { requireServer } from '#test/servers/require.ts';
import { chatWords, citationWords, consoleWords } from '../../web/words.ts';

const how = requireServer('Chromium', hasChromium);
const question = 'How do I reset my password?';
const other = 'My label printer is offline';

const field = (page: Page): Locator => page.getByRole('textbox', { name: chatWords.placeholder });
const messages = (page: Page, text: string): Locator => page.getByRole('article').filter({ hasText: text });
const mark = (page: Page): Locator => page.getByRole('log').getByRole('button', { name: citationWords.mark(1, '') });
const state = (page: Page, text: string): Locator => page.getByRole('status').filter({ hasText: text });
const talkToPerson = (page: Page): Locator =>
  page.getByRole('button', { name: chatWords.talkToPerson, exact: true }).first();

const say = async (page: Page, text: string): Promise<void> => {
  await field(page).fill(text);
  await page.getByRole('button', { name: chatWords.send, exact: true }).click();
  await messages(page, text).first().waitFor();
};

/** Moves on with the Tab key until `target` has the focus. */
const tabTo = async (page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
  for (let press = 0; press < 60; press += 1) {
    if (await target.evaluate((element) => element === element.ownerDocument.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The keyboard does not reach ${target}`);
};

/** Marks the document; a reload would lose the mark. */
const markDocument = (page: Page): Promise<void> => page.evaluate('void (window.untouched = true)');
const isUntouched = (page: Page): Promise<unknown> => page.evaluate('window.untouched === true');

describe.skipIf(how === 'skip')('in a real browser', () => {
  let product: Product;
  let browser: Awaited<ReturnType<typeof startBrowser>>;
  beforeAll(async () => {
    [product, browser] = await Promise.all([startProduct({ env: { RATE_LIMIT_PER_MINUTE: '10000' } }), startBrowser()]);
    await until('the sample knowledge is there', () => product.log().includes('the sample knowledge base is ready'));
  });
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await product?.[Symbol.asyncDispose]();
    // A restarted product leaves the home that it was given.
    if (product !== undefined) await rm(product.home, { recursive: true, force: true });
  });

  it('answers with sources, brings in a person who answers from the console, and takes over again', {
    timeout: 90_000,
  }, async () => {
    await using console = await browser.visit(`${product.url}/console`, { viewport: { width: 1440, height: 900 } });
    const desk = console.page;
    await desk.getByRole('textbox', { name: consoleWords.name }).fill('Mira');
    await desk.getByRole('button', { name: consoleWords.signIn, exact: true }).click();
    await desk.getByText(consoleWords.empty.open.title).waitFor();

    await using customer = await browser.visit(product.url, { viewport: { width: 1000, height: 800 } });
    const chat = customer.page;
    await Promise.all([markDocument(chat), markDocument(desk)]);
    await say(chat, question);
    await mark(chat).first().click();
    const passage = chat.getByRole('dialog');
    await passage
      .getByText(/password/i)
      .first()
      .waitFor();
    expect(await passage.getByRole('link', { name: citationWords.openArticle }).getAttribute('href')).toMatch(
      /^https:\/\//,
    );
    await chat.keyboard.press('Escape');
    await passage.waitFor({ state: 'detached' });

    await talkToPerson(chat).click();
    await state(chat, chatWords.states.waiting).waitFor();
    // The list that was empty shows the case by itself.
    await desk.getByRole('button', { name: new RegExp(question.replace('?', '\\?')) }).click();
    await desk.getByRole('log', { name: consoleWords.transcript }).getByText(question).waitFor();
    await desk.getByRole('button', { name: consoleWords.claim, exact: true }).click();
    await state(chat, chatWords.states.human('Mira')).waitFor();

    await desk.getByRole('button', { name: consoleWords.noteTab, exact: true }).click();
    await desk.getByRole('textbox', { name: consoleWords.noteTab }).fill('Checked: the account exists.');
    await desk.getByRole('button', { name: consoleWords.saveNote }).click();
    await desk.getByRole('log').getByText('Checked: the account exists.').waitFor();
    await desk.getByRole('button', { name: consoleWords.replyTab, exact: true }).click();
    await desk
      .getByRole('textbox', { name: consoleWords.replyTo('') })
      .fill('Hello, I have sent you a **fresh link**.');
    await desk.getByRole('button', { name: consoleWords.sendReply }).click();
    await messages(chat, 'Hello, I have sent you a fresh link.').waitFor();
    await desk.getByText(consoleWords.deliveries.delivered).last().waitFor();

    await say(chat, 'It worked, great. And where is the invoice?');
    await desk.getByRole('log').getByText('And where is the invoice?').waitFor();
    await desk.getByRole('textbox', { name: consoleWords.replyTo('') }).fill('In the settings, under Billing.');
    await desk.keyboard.press('Control+Enter');
    await messages(chat, 'In the settings, under Billing.').waitFor();
    await desk.getByRole('button', { name: consoleWords.resolve, exact: true }).click();
    await state(chat, chatWords.states.resolved).waitFor();

    await say(chat, other);
    await chat
      .getByRole('log')
      .getByRole('button', { name: /printer/i })
      .first()
      .waitFor();
    await state(chat, chatWords.states.bot).waitFor();
    expect(await chat.locator('body').textContent()).not.toContain('Checked');
    expect([await isUntouched(chat), await isUntouched(desk)]).toEqual([true, true]);
    expect({ chat: customer.complaints, desk: console.complaints }).toEqual({ chat: [], desk: [] });
  });

  it('works on a phone', { timeout: 60_000 }, async () => {
    await using customer = await browser.visit(product.url, {
      viewport: { width: 390, height: 780 },
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
    });
    const { page } = customer;
    const fits = async (target: Locator) => {
      const box = await target.boundingBox();
      expect(box).not.toBeNull();
      expect(box?.x).toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(780);
    };
    await page.getByRole('list', { name: chatWords.suggestionsLabel }).getByRole('button').first().tap();
    await mark(page).first().waitFor();
    await fits(field(page));
    await fits(page.getByRole('button', { name: chatWords.send, exact: true }));
    await fits(talkToPerson(page));
    await mark(page).first().tap();
    const passage = page.getByRole('dialog');
    await passage.waitFor();
    await fits(passage);
    await passage.getByRole('button', { name: citationWords.close, exact: true }).tap();
    await passage.waitFor({ state: 'detached' });
    // Enter begins a new line here; the button sends.
    await field(page).fill('First line');
    await field(page).press('Enter');
    await field(page).pressSequentially('second line');
    expect(await field(page).inputValue()).toBe('First line\nsecond line');
    await page.getByRole('button', { name: chatWords.send, exact: true }).tap();
    await messages(page, 'second line').first().waitFor();
    expect(await page.evaluate('document.scrollingElement.scrollWidth <= window.innerWidth')).toBe(true);
    expect(customer.complaints).toEqual([]);
  });

  it('is used with the keyboard alone, on both sides', { timeout: 90_000 }, async () => {
    await using customer = await browser.visit(product.url, { viewport: { width: 1000, height: 800 } });
    const chat = customer.page;
    await tabTo(chat, field(chat));
    await chat.keyboard.type(other);
    await chat.keyboard.press('Enter');
    await mark(chat).first().waitFor();
    await tabTo(chat, mark(chat).first(), 'Shift+Tab');
    await chat.keyboard.press('Enter');
    const passage = chat.getByRole('dialog');
    await passage.waitFor();
    await chat.keyboard.press('Escape');
    await passage.waitFor({ state: 'detached' });
    // The focus is back where it was.
    expect(
      await mark(chat)
        .first()
        .evaluate((element) => element === element.ownerDocument.activeElement),
    ).toBe(true);
    await tabTo(chat, talkToPerson(chat), 'Shift+Tab');
    await chat.keyboard.press('Enter');
    await state(chat, chatWords.states.waiting).waitFor();

    await using console = await browser.visit(`${product.url}/console`, { viewport: { width: 1440, height: 900 } });
    const desk = console.page;
    await desk.getByRole('textbox', { name: consoleWords.name }).waitFor();
    await desk.keyboard.type('Jonas');
    await desk.keyboard.press('Enter');
    await desk.getByRole('button', { name: new RegExp(other) }).waitFor();
    await desk.keyboard.press('j');
    await desk.getByRole('log', { name: consoleWords.transcript }).waitFor();
    await desk.keyboard.press('c');
    await desk.getByText(consoleWords.youHave).first().waitFor();
    await desk.keyboard.press('r');
    await desk.keyboard.type('Hold the button for five seconds.');
    await desk.keyboard.press('Control+Enter');
    await messages(chat, 'Hold the button for five seconds.').waitFor();
    await desk.keyboard.press('Escape');
    await desk.keyboard.press('n');
    await desk.keyboard.type('Old firmware.');
    await desk.keyboard.press('Control+Enter');
    await desk.getByRole('log').getByText('Old firmware.').waitFor();
    await desk.keyboard.press('Escape');
    await desk.keyboard.press('e');
    await state(chat, chatWords.states.resolved).waitFor();
    expect({ chat: customer.complaints, desk: console.complaints }).toEqual({ chat: [], desk: [] });
  });

  // The last one: the product that the others share is killed.
  it('comes back after the server was killed, and loses and doubles nothing', { timeout: 90_000 }, async () => {
    const { home, url } = product;
    const restart = async () => {
      product = await startProduct({ home, port: Number(new URL(url).port), env: { RATE_LIMIT_PER_MINUTE: '10000' } });
    };
    await using customer = await browser.visit(url, { viewport: { width: 1000, height: 800 }, serverMayGo: true });
    const chat = customer.page;
    await markDocument(chat);
    await say(chat, question);
    await mark(chat).first().waitFor();

    await product.kill();
    await state(chat, chatWords.reconnecting).waitFor();
    await say(chat, other);
    await chat.getByText(chatWords.retrying).waitFor();
    await restart();
    await state(chat, chatWords.reconnecting).waitFor({ state: 'detached', timeout: 30_000 });
    const printer = chat
      .getByRole('log')
      .getByRole('list', { name: citationWords.sources })
      .getByRole('button', { name: /printer/i });
    await printer.first().waitFor({ timeout: 30_000 });

    // Killed between taking a message in and answering it.
    const third = 'How do I change the time zone?';
    const posted = chat.waitForRequest((request) => request.method() === 'POST' && request.url().includes('/messages'));
    await field(chat).fill(third);
    await chat.getByRole('button', { name: chatWords.send, exact: true }).click();
    await posted;
    await product.kill();
    await restart();
    await until(
      'the third answer',
      async () => (await chat.getByRole('log').getByRole('list', { name: citationWords.sources }).count()) === 3,
      30_000,
    );

    const own = () => chat.locator('article[data-own]').allInnerTexts();
    const texts = [question, other, third];
    expect((await own()).map((text) => texts.find((one) => text.includes(one)))).toEqual(texts);
    expect(await isUntouched(chat)).toBe(true);
    // What the page shows is what is stored.
    await chat.reload();
    await until('the conversation is back', async () => (await own()).length === 3);
    expect((await own()).map((text) => texts.find((one) => text.includes(one)))).toEqual(texts);
    expect(await chat.getByRole('log').getByRole('list', { name: citationWords.sources }).count()).toBe(3);
    expect(customer.complaints).toEqual([]);
  });
});
