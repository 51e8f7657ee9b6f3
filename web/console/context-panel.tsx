import type { ReactNode } from 'react';
import type { EscalationDetail } from '#src/http/wire.ts';
import { Icon } from '../shared/icons/icon.tsx';
import { consoleWords } from '../words.ts';
import { CustomerFacts } from './customer-facts.tsx';
import { SuggestedReply } from './suggested-reply.tsx';
import { TriedSources } from './tried-sources.tsx';

/** Everything to know before answering: who, why now, what was tried, and a reply ready to use. */
export const ContextPanel = ({
  detail,
  open,
  canReply,
  onClose,
  onUseReply,
}: {
  readonly detail: EscalationDetail;
  /** Where the window is too narrow for a third column, the panel lies over the conversation. */
  readonly open: boolean;
  readonly canReply: boolean;
  readonly onClose: () => void;
  readonly onUseReply: (text: string) => void;
}) => (
  <aside className="context-panel" data-open={open || undefined} aria-label={consoleWords.details}>
    <button
      type="button"
      className="icon-button context-panel__close"
      aria-label={consoleWords.hideDetails}
      onClick={onClose}
    >
      <Icon name="close" />
    </button>
    <Section title={consoleWords.aboutCustomer}>
      <CustomerFacts detail={detail} />
    </Section>
    <Section title={consoleWords.whyNow}>
      <p>{detail.why}</p>
    </Section>
    <Section title={consoleWords.tried}>
      <TriedSources sources={detail.tried} />
    </Section>
    {detail.suggestedReply === undefined ? undefined : (
      <Section title={consoleWords.suggested}>
        <SuggestedReply text={detail.suggestedReply} canUse={canReply} onUse={onUseReply} />
      </Section>
    )}
  </aside>
);

const Section = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <section className="context-section">
    <h3>{title}</h3>
    {children}
  </section>
);
