import { errorMessage } from '#core/errors.ts';
import type { Item } from '../../document.ts';
import type { Clock } from '../source.ts';
import type { Target } from './frontier.ts';
import type { SiteLimits } from './limits.ts';
import { type Visit, type VisitContext, visitPage } from './visit-page.ts';

/** So many pages in a row without any answer, and the site counts as down. */
const mostSilent = 10;
/** Requests for each document that may be read: redirects, pages that are gone. */
const requestsPerPage = 5;

/**
 * Reads what waits in the frontier and what is found on the way, `width` pages at a time. Pages are handled in the order
 * in which they were found, whichever answers first, so that the same site gives the same documents each time.
 */
export async function* crawl(
  context: VisitContext,
  { limits, clock, width }: { readonly limits: SiteLimits; readonly clock: Clock; readonly width: number },
): AsyncGenerator<Item> {
  const { frontier, signal } = context;
  const started = clock.now();
  const running: Promise<{ readonly target: Target; readonly visit: Visit }>[] = [];
  const blind: string[] = [];
  const count = { documents: 0, read: 0, requests: 0, bytes: 0, silent: 0 };
  let stopped: string | undefined;

  const limitReached = (): string | undefined => {
    if (count.documents >= limits.pages) return `it has more than ${limits.pages} pages`;
    if (count.requests >= limits.pages * requestsPerPage) return `it took more than ${count.requests} requests`;
    if (count.bytes >= limits.bytes) return `it has more than ${limits.bytes / 1_000_000} MB`;
    if (clock.now() - started >= limits.minutes * 60_000) return `it took longer than ${limits.minutes} minutes`;
    return count.silent >= mostSilent ? 'it stopped answering' : undefined;
  };

  while (true) {
    while (!stopped && running.length < width && frontier.waiting > 0 && !signal.aborted) {
      stopped = limitReached();
      if (stopped !== undefined || count.documents + running.length >= limits.pages) break;
      const target = frontier.take();
      if (!target) break;
      count.requests += 1;
      running.push(
        visitPage(target, context)
          .catch(failed(target))
          .then((visit) => ({ target, visit })),
      );
    }
    const next = await running.shift();
    if (!next || signal.aborted) break;
    const { target, visit } = next;
    const before = frontier.waiting;
    follow(target, visit, context);
    count.bytes += visit.bytes;
    count.silent = visit.isSilent ? count.silent + 1 : 0;
    if (visit.isBlind) blind.push(target.key);
    if (visit.isRefused) stopped ??= 'it asks to be read more slowly';
    const more = frontier.waiting - before - (visit.item ? 0 : 1);
    if (more !== 0) yield { more };
    if (visit.item) {
      count.documents += 1;
      if ('key' in visit.item) count.read += 1;
      yield visit.item;
    }
  }

  if (signal.aborted) return;
  const [first] = blind;
  const incomplete = [
    ...(stopped === undefined ? [] : [stopped]),
    ...frontier.limits(),
    ...(first === undefined
      ? []
      : [`what ${first} links to is not known${blind.length > 1 ? `, nor of ${blind.length - 1} more` : ''}`]),
    ...(count.read === 0 ? ['no page of it could be read'] : []),
  ];
  for (const reason of incomplete) yield { incomplete: reason };
  for (const path of frontier.crowded()) {
    yield {
      source: `${path}?…`,
      reason: `has more than ${limits.variants} variants by query or date; the others are not read`,
    };
  }
}

const follow = ({ depth, hops }: Target, { links, instead }: Visit, { frontier }: VisitContext): void => {
  if (instead) frontier.add(instead, { depth, hops: hops + 1 });
  for (const link of links) frontier.add(link, { depth: depth + 1 });
};

const failed =
  (target: Target) =>
  (error: unknown): Visit => ({
    item: { source: target.key, reason: `could not be read: ${errorMessage(error)}` },
    links: [],
    isBlind: true,
    bytes: 0,
  });
