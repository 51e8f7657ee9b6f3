import type { HttpAnswer } from '#core/channel.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (found) => escapes[found] ?? '');

/** A link on a page. */
export interface PageLink {
  readonly label: string;
  readonly url: string;
}

/** A short page in plain HTML, nothing loaded from anywhere; texts are escaped here. */
export const installPage = (
  status: number,
  title: string,
  text: string,
  link?: PageLink,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  headers: { ...headers, 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body: [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title></head>`,
    `<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p>`,
    link === undefined ? '' : `<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>`,
    '</main></body></html>',
  ].join(''),
});
