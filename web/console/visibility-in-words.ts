import { articleWords } from '../words.ts';

/** Who finds an article, by its visibility: `public`, `internal` or `org:` and an organisation. `short`: as lists say it. */
export const visibilityInWords = (visibility: string, length: 'short' | 'full' = 'full'): string => {
  if (visibility === 'public' || visibility === 'internal') return articleWords.visibilities[visibility];
  return length === 'short'
    ? articleWords.visibilities.oneOrganization
    : articleWords.visibilities.organization(visibility.replace(/^org:/, ''));
};
