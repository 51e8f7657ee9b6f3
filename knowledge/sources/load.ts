import type { Item } from '../document.ts';
import { createFetchPage } from './fetch-page.ts';
import { loadFile } from './file.ts';
import { surveyPath } from './folder.ts';
import { loadRepository, surveyRepository } from './git/repository.ts';
import { parseRepositoryAddress } from './git/repository-address.ts';
import { loadLines } from './json-lines.ts';
import { loadMaildir } from './mail/maildir.ts';
import { loadMbox } from './mail/mbox.ts';
import { loadPage, surveyPage } from './page.ts';
import { loadSite, surveySite } from './site/site.ts';
import { parseSiteAddress } from './site/site-address.ts';
import type { Entry, LoadOptions, Survey, SurveyOptions } from './source.ts';

export type { Clock, Entry, LoadOptions, Survey, SurveyOptions } from './source.ts';

/**
 * Lists what `source` holds, without reading documents. What a source is, its name tells: a git repository
 * (`https://….git`, `git+https://…`, `ssh://…`, `git@host:path`, a local path or `file://` URL that ends in `.git`), a web
 * site (a URL that ends in `/` or names a sitemap), a page (any other http(s) URL), a folder, a JSON Lines file, a mail
 * archive (`.mbox`, a Maildir folder) or any other file.
 */
export const survey = async (source: string, options: SurveyOptions): Promise<Survey> => {
  const repository = parseRepositoryAddress(source, options.base);
  if (repository) return surveyRepository(repository, options);
  const site = parseSiteAddress(source);
  if (site) return surveySite(site, withFetchPage(options));
  return /^https?:\/\//i.test(source) ? surveyPage(source) : surveyPath(source, options);
};

/** Reads an entry's documents, one after the other; a document that cannot be read is an item of its own. */
export const load = (entry: Entry, options: LoadOptions): AsyncIterable<Item> => {
  switch (entry.kind) {
    case 'file':
      return loadFile(entry, options);
    case 'lines':
      return loadLines(entry.source);
    case 'page':
      return loadPage(entry.source, withFetchPage(options));
    case 'site':
      return loadSite(entry, withFetchPage(options));
    case 'git':
      return loadRepository(entry, options);
    case 'mbox':
      return loadMbox(entry.source);
    case 'maildir':
      return loadMaildir(entry.source, options);
  }
};

const withFetchPage = <T extends SurveyOptions>(options: T) => ({
  ...options,
  fetchPage: options.fetchPage ?? createFetchPage({ privateHosts: options.privateHosts ?? [] }),
});
