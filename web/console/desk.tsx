import { useEffect, useRef, useState } from 'react';
import { consoleWords } from '../words.ts';
import { CaseWorkspace, type CaseWorkspaceHandle } from './case-workspace.tsx';
import type { StatusFilter } from './console-api.ts';
import { EscalationList } from './escalation-list.tsx';
import { filterEscalations } from './filter-escalations.ts';
import { HelpDialog } from './help-dialog.tsx';
import { ListHeader } from './list-header.tsx';
import { neighbour } from './neighbour.ts';
import { OfflineBanner } from './offline-banner.tsx';
import { PaneMessage } from './pane-message.tsx';
import { useConsoleLive } from './use-console-live.ts';
import { useDraftCount } from './use-draft-count.ts';
import { useEscalations } from './use-escalations.ts';
import { useSelectedCase } from './use-selected-case.ts';
import { useShortcuts } from './use-shortcuts.ts';
import type { ViewProps } from './view-props.ts';

/** The support team's desk: who is waiting on the left, the conversation in the middle, its context on the right. */
export const Desk = ({ agent, storage, onLapsed, onView, onSignOut }: ViewProps) => {
  const [status, setStatus] = useState<StatusFilter>('open');
  const [query, setQuery] = useState('');
  const [helping, setHelping] = useState(false);
  const [selected, select] = useSelectedCase();
  const search = useRef<HTMLInputElement>(null);
  const workspace = useRef<CaseWorkspaceHandle>(null);
  const list = useEscalations(status, onLapsed);
  const drafts = useDraftCount();
  const shown = list.items === undefined ? undefined : filterEscalations(list.items, query);

  const live = useConsoleLive((changedId) => {
    void list.reload();
    void drafts.reload();
    if (changedId === undefined || changedId === selected) workspace.current?.reload();
  }, onLapsed);

  const open = list.counts?.open ?? 0;
  useEffect(() => {
    document.title = consoleWords.title(open);
  }, [open]);

  const move = (step: 1 | -1) => {
    const ids = (shown ?? []).map(({ id }) => id);
    const next = neighbour(ids, selected, step);
    if (next !== undefined) select(next);
  };
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    '/': () => search.current?.focus(),
    '?': () => setHelping(true),
  });

  return (
    <div className="console">
      <OfflineBanner live={live} />
      <div className="desk" data-pane={selected === undefined ? 'list' : 'case'}>
        <nav className="desk__list" aria-label={consoleWords.list}>
          <ListHeader
            agent={agent}
            status={status}
            counts={list.counts}
            drafts={drafts.count}
            query={query}
            search={search}
            onStatus={setStatus}
            onQuery={setQuery}
            onHelp={() => setHelping(true)}
            onView={onView}
            onSignOut={onSignOut}
          />
          <EscalationList
            agent={agent}
            status={status}
            query={query}
            shown={shown}
            list={list}
            selected={selected}
            onSelect={select}
            onClearQuery={() => setQuery('')}
          />
        </nav>
        {selected === undefined ? (
          <main className="desk__none">
            <PaneMessage title={consoleWords.chooseTitle} text={consoleWords.chooseText} />
          </main>
        ) : (
          <CaseWorkspace
            key={selected}
            ref={workspace}
            id={selected}
            agent={agent}
            listed={list.items ?? []}
            storage={storage}
            onView={onView}
            onFound={select}
            onBack={() => select(undefined)}
            onLapsed={onLapsed}
            onChanged={(changed, now) => {
              list.place(now);
              // Whoever takes a case goes on in the list where it now is.
              const takes =
                changed.action === 'claim' ||
                changed.action === 'reopen' ||
                (changed.action === 'reassign' && changed.to === undefined);
              if (takes || (changed.action === 'reply' && status === 'open')) setStatus('claimed');
              void list.reload();
            }}
          />
        )}
      </div>
      {helping ? <HelpDialog onClose={() => setHelping(false)} /> : undefined}
    </div>
  );
};
