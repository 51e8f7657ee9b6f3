import { useCallback } from 'react';
import type { EscalationSummary } from '#src/http/wire.ts';
import { consoleApi, type StatusFilter } from './console-api.ts';
import { placeIn } from './place-in.ts';
import { usePagedLists } from './use-paged-lists.ts';

/** The cases of one status. */
export const useEscalations = (status: StatusFilter, onLapsed: () => void) => {
  const { revise, ...list } = usePagedLists(status, consoleApi.list, onLapsed);

  /** A case as it has just become: it leaves the lists that it is no longer part of, before they are read again. */
  const place = useCallback(
    (item: EscalationSummary) => revise((items, filter) => placeIn(items, filter, item)),
    [revise],
  );
  return { ...list, place };
};

export type Escalations = ReturnType<typeof useEscalations>;
