import { useMemo, useRef } from 'react';
import type { EscalationDetail } from '#src/http/wire.ts';
import { DayLine } from '../shared/day-line.tsx';
import { Icon } from '../shared/icons/icon.tsx';
import { runsOf } from '../shared/runs.ts';
import { useNow } from '../shared/use-now.ts';
import { consoleWords } from '../words.ts';
import { consoleApi } from './console-api.ts';
import { TranscriptRun } from './transcript-run.tsx';
import { useEndOfLog } from './use-end-of-log.ts';

/** The whole conversation as it went, with the team's notes in between. */
export const Transcript = ({ detail, agent }: { readonly detail: EscalationDetail; readonly agent: string }) => {
  const frame = useRef<HTMLDivElement>(null);
  const now = useNow(60_000);
  const messages = useMemo(
    () => detail.messages.filter(({ markdown, attachments }) => markdown.trim() !== '' || attachments.length > 0),
    [detail.messages],
  );
  const runs = useMemo(() => runsOf(messages), [messages]);
  const load = useMemo(() => consoleApi.filesOf(detail.id), [detail.id]);
  const { newBelow, toEnd } = useEndOfLog(frame, messages.at(-1)?.id);
  const lastSentId = messages.findLast(({ delivery, kind }) => delivery !== undefined && kind !== 'notice')?.id;
  return (
    <div className="transcript-frame">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolled with the arrow keys */}
      <div ref={frame} className="transcript" role="log" aria-label={consoleWords.transcript} tabIndex={0}>
        <div className="transcript__content">
          {runs.map((run) => (
            <div key={run.id}>
              {run.day === undefined ? undefined : <DayLine day={run.day} now={now} />}
              <TranscriptRun
                run={run}
                customer={detail.customer}
                agent={agent}
                channel={detail.channel}
                lastSentId={lastSentId}
                load={load}
              />
            </div>
          ))}
        </div>
      </div>
      {newBelow ? (
        <button type="button" className="log-chip" onClick={toEnd}>
          <Icon name="arrowDown" />
          {consoleWords.newMessages}
        </button>
      ) : undefined}
    </div>
  );
};
