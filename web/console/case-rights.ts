import type { EscalationSummary } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** What one agent may do with a case now. The server decides in the end; this is what the page offers. */
export interface CaseRights {
  readonly claim: boolean;
  /** On an unclaimed case, replying also claims it. */
  readonly reply: boolean;
  readonly resolve: boolean;
  readonly handBack: boolean;
  /** Why there is no reply, in words. */
  readonly why?: string;
}

export const rightsIn = (
  { status, claimedBy }: Pick<EscalationSummary, 'status' | 'claimedBy'>,
  agent: string,
): CaseRights => {
  if (status === 'resolved') {
    return { claim: false, reply: false, resolve: false, handBack: false, why: consoleWords.isResolved };
  }
  if (status === 'claimed' && claimedBy !== agent) {
    const why = consoleWords.othersHave(claimedBy ?? consoleWords.colleague);
    return { claim: false, reply: false, resolve: false, handBack: false, why };
  }
  return { claim: status === 'open', reply: true, resolve: true, handBack: true };
};
