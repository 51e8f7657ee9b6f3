import { useSelected } from './use-selected.ts';
import { pathOf } from './use-view.ts';

/** The article named by the address, by its id (`/console/knowledge/12`), if any. */
export const articleInPath = (path: string): string | undefined => /^\/console\/knowledge\/(\d{1,19})$/.exec(path)?.[1];

/** Where an article is looked at. */
export const articlePath = (id: string): string => `${pathOf.knowledge}/${id}`;

/** Which article is open. */
export const useSelectedArticle = () => useSelected(pathOf.knowledge, articleInPath);
