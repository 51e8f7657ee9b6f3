import { type Ref, useCallback, useEffect, useImperativeHandle, useRef, useState } from 'react';
import type { EscalationDetail, EscalationSummary } from '#src/http/wire.ts';
import type { KeyValues } from '../shared/browser-storage.ts';
import { newId } from '../shared/new-id.ts';
import { useDraft } from '../shared/use-draft.ts';
import { useLasting } from '../shared/use-lasting.ts';
import { consoleWords } from '../words.ts';
import { CaseHeader } from './case-header.tsx';
import { noRights, rightsIn } from './case-rights.ts';
import { colleaguesIn } from './colleagues-in.ts';
import type { DeskAction, DeskCommand } from './console-api.ts';
import { ContextPanel } from './context-panel.tsx';
import { customerName } from './customer-name.ts';
import { DeskComposer, type DeskComposerHandle } from './desk-composer.tsx';
import { Feedback } from './feedback.tsx';
import { GiveDialog } from './give-dialog.tsx';
import { PaneMessage } from './pane-message.tsx';
import { ResolveDialog } from './resolve-dialog.tsx';
import { TakeOverDialog } from './take-over-dialog.tsx';
import { Transcript } from './transcript.tsx';
import { useAttempt } from './use-attempt.ts';
import { useEscalation } from './use-escalation.ts';
import { useShortcuts } from './use-shortcuts.ts';

export interface CaseWorkspaceHandle {
  reload(): void;
}

/** One conversation to work on: its transcript and composer in the middle, what is known about it on the right. */
export const CaseWorkspace = ({
  ref,
  id,
  agent,
  listed,
  storage,
  onBack,
  onView,
  onFound,
  onLapsed,
  onChanged,
}: {
  readonly ref: Ref<CaseWorkspaceHandle>;
  /** Or its reference, as `case-7F3K`. */
  readonly id: string;
  readonly agent: string;
  /** What is in the list beside it. */
  readonly listed: readonly EscalationSummary[];
  readonly storage: KeyValues;
  readonly onBack: () => void;
  /** Goes to another address of the console. */
  readonly onView: (path: string) => void;
  /** It was named by its reference; this is its id. */
  readonly onFound: (id: string) => void;
  readonly onLapsed: () => void;
  /** Something took effect; the case as it is since then. */
  readonly onChanged: (command: DeskCommand, now: EscalationDetail) => void;
}) => {
  const { detail, failure, reload, act } = useEscalation(id, onLapsed);
  const [mode, setMode] = useState<'reply' | 'note'>('reply');
  const [reply, setReply] = useDraft(storage, `frontdesk.desk.reply.${id}`);
  const [note, setNote] = useDraft(storage, `frontdesk.desk.note.${id}`);
  const { busy, feedback, dismiss, attempt } = useAttempt<DeskAction>();
  const [asking, setAsking] = useState<'resolve' | 'take-over' | 'give'>();
  const [details, setDetails] = useState(false);
  const composer = useRef<DeskComposerHandle>(null);
  const slow = useLasting(detail === undefined && failure === undefined, 300);
  useImperativeHandle(ref, () => ({ reload: () => void reload() }), [reload]);
  const foundId = detail?.id ?? id;
  useEffect(() => {
    if (foundId !== id) onFound(foundId);
  }, [foundId, id, onFound]);

  /** True when it took effect. Otherwise the reason is on the screen. */
  const perform = useCallback(
    async (command: DeskCommand): Promise<boolean> => {
      const result = await attempt(command.action, () => act(command));
      if (result.ok) onChanged(command, result.value);
      return result.ok;
    },
    [act, attempt, onChanged],
  );
  const simply = (action: DeskAction) => void perform({ id: newId(), action });

  const rights = detail === undefined ? noRights : rightsIn(detail, agent);
  const resolve = () => {
    if (!rights.resolve) return;
    if (detail?.waitingSince === undefined) simply('resolve');
    else setAsking('resolve');
  };
  const write = (next: 'reply' | 'note') => {
    setMode(next);
    composer.current?.focus();
  };
  useShortcuts({
    c: () => rights.claim && busy === undefined && simply('claim'),
    r: () => rights.reply && write('reply'),
    n: () => detail !== undefined && write('note'),
    e: () => busy === undefined && resolve(),
    o: () => rights.reopen && busy === undefined && simply('reopen'),
    t: () => rights.takeOver && busy === undefined && setAsking('take-over'),
  });

  if (detail === undefined) {
    return (
      <main className="case case--bare" aria-busy={failure === undefined}>
        <button type="button" className="button button--plain case__back" onClick={onBack}>
          {consoleWords.back}
        </button>
        {failure === undefined ? (
          slow ? (
            <PaneMessage title={consoleWords.loading} />
          ) : undefined
        ) : (
          <PaneMessage title={consoleWords.caseFailed} text={failure.detail} tone="error">
            <button type="button" className="button" onClick={() => void reload()}>
              {consoleWords.tryAgain}
            </button>
          </PaneMessage>
        )}
      </main>
    );
  }

  return (
    <>
      <main className="case" aria-label={detail.question}>
        <CaseHeader
          detail={detail}
          agent={agent}
          rights={rights}
          busy={busy}
          detailsOpen={details}
          onBack={onBack}
          onView={onView}
          onClaim={() => simply('claim')}
          onResolve={resolve}
          onReturn={() => simply('return')}
          onReopen={() => simply('reopen')}
          onTakeOver={() => setAsking('take-over')}
          onGive={() => setAsking('give')}
          onDetails={() => setDetails(!details)}
        />
        <Transcript detail={detail} agent={agent} />
        <Feedback note={feedback} onDismiss={dismiss} />
        <DeskComposer
          ref={composer}
          customer={customerName(detail.customer)}
          mode={rights.reply ? mode : 'note'}
          rights={rights}
          text={rights.reply && mode === 'reply' ? reply : note}
          busy={busy === 'reply' || busy === 'note'}
          onMode={write}
          onText={rights.reply && mode === 'reply' ? setReply : setNote}
          onSend={perform}
        />
      </main>
      <ContextPanel
        detail={detail}
        open={details}
        canReply={rights.reply}
        onClose={() => setDetails(false)}
        onUseReply={(suggested) => {
          setReply(reply.trim() === '' ? suggested : `${reply.trimEnd()}\n\n${suggested}`);
          setDetails(false);
          write('reply');
        }}
      />
      {asking === 'resolve' ? (
        <ResolveDialog
          customer={customerName(detail.customer)}
          onCancel={() => setAsking(undefined)}
          onConfirm={() => {
            setAsking(undefined);
            simply('resolve');
          }}
        />
      ) : undefined}
      {asking === 'take-over' ? (
        <TakeOverDialog
          colleague={detail.claimedBy ?? consoleWords.colleague}
          onCancel={() => setAsking(undefined)}
          onConfirm={() => {
            setAsking(undefined);
            simply('reassign');
          }}
        />
      ) : undefined}
      {asking === 'give' ? (
        <GiveDialog
          colleagues={colleaguesIn(listed, detail, agent)}
          onCancel={() => setAsking(undefined)}
          onConfirm={(to) => {
            setAsking(undefined);
            void perform({ id: newId(), action: 'reassign', to });
          }}
        />
      ) : undefined}
    </>
  );
};
