import { Readability } from '@mozilla/readability';
import { parseHTML } from 'linkedom';
import type { HtmlDocument, HtmlElement } from './html-element.ts';
import { textOf } from './page-facts.ts';

/** Elements around a page's message. */
const around = [
  ...['nav', 'footer', 'aside', 'title', 'meta', 'link', '[hidden]', '[aria-hidden="true"]'],
  ...['navigation', 'banner', 'contentinfo', 'complementary', 'search', 'dialog', 'alertdialog', 'menu'].map(
    (role) => `[role="${role}"]`,
  ),
];

/** Names that pages give to what is not their message: consent to cookies, trails, ways to share. */
const aroundName =
  /(?:^|[\s_-])(?:cookies?|cookiebar|cookiebanner|consent|gdpr|onetrust|cybotcookiebot|breadcrumbs?|skip(?:-to)?-?(?:link|nav|content|main)|visually-hidden|sr-only|newsletter|social|share|sharing|pagination|article-votes|site-header|site-footer|navbar)(?:$|[\s_-])/i;

/** A page where more of the text than this is links is made of more than its message. */
const linkHeavy = 0.25;

/** What a page is about: without what stands around it on every page of its site. */
export const mainPart = (document: HtmlDocument): HtmlElement => {
  const body = document.body;
  const all = textOf(body).length;
  for (const element of body.querySelectorAll(around.join(','))) element.remove();
  for (const element of body.querySelectorAll('[class], [id]')) {
    const name = `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`;
    // A page that is about cookies may say so, too.
    if (aroundName.test(name) && textOf(element).length < all / 2) element.remove();
  }
  const main = body.querySelector('main, [role="main"]') ?? body;
  const articles = main.querySelectorAll('article');
  const [article] = articles;
  if (article && articles.length === 1 && textOf(article).length * 2 > textOf(main).length) return article;
  if (main !== body || articles.length > 0 || linkShare(body) < linkHeavy) return main;
  return readable(document) ?? body;
};

const linkShare = (element: HtmlElement): number => {
  const inLinks = [...element.querySelectorAll('a')].reduce((sum, link) => sum + textOf(link).length, 0);
  return inLinks / Math.max(1, textOf(element).length);
};

/** Mozilla's guess, where it found something worth reading. It changes its tree, so it gets its own. */
const readable = (document: HtmlDocument): HtmlElement | undefined => {
  const { document: copy } = parseHTML(document.toString());
  const article = new Readability(copy, { charThreshold: 200, keepClasses: true }).parse();
  if (!article?.content || (article.length ?? 0) < 200) return undefined;
  return parseHTML(`<html><body>${article.content}</body></html>`).document.body;
};
