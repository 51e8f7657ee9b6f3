import { useSelected } from './use-selected.ts';
import { pathOf, viewInPath } from './use-view.ts';

/** The escalation named by the address, by its id (`/console/12`) or its reference (`/console/case-7F3K`), if any. */
export const caseInPath = (path: string): string | undefined =>
  viewInPath(path) === 'conversations' ? /^\/console\/((?:case-)?\w{1,30})$/.exec(path)?.[1] : undefined;

/** Which escalation is open. */
export const useSelectedCase = () => useSelected(pathOf.conversations, caseInPath);
