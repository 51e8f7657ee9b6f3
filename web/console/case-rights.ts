import type { EscalationDetail } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** What one agent may do with a case now. The server decides in the end; this is what the page offers. */
export interface CaseRights {
  readonly claim: boolean;
  /** On an unclaimed case, replying also claims it. */
  readonly reply: boolean;
  readonly resolve: boolean;
  readonly handBack: boolean;
  /** Whoever reopens a closed case has it. */
  readonly reopen: boolean;
  /** From the colleague who has it. */
  readonly takeOver: boolean;
  /** To a colleague. */
  readonly give: boolean;
  /** Why there is no reply, and no reopening of a closed case, in words. */
  readonly why?: string;
}

/** Nothing at all, as long as the case is not known. */
export const noRights: CaseRights = {
  claim: false,
  reply: false,
  resolve: false,
  handBack: false,
  reopen: false,
  takeOver: false,
  give: false,
};

type Facts = Pick<EscalationDetail, 'status' | 'claimedBy' | 'conversation'>;

export const rightsIn = ({ status, claimedBy, conversation }: Facts, agent: string): CaseRights => {
  if (status === 'resolved') {
    const why = whyNotReopened(conversation);
    return { ...noRights, reopen: why === undefined, why: why ?? consoleWords.isResolved };
  }
  if (status === 'claimed' && claimedBy !== agent) {
    const why = consoleWords.othersHave(claimedBy ?? consoleWords.colleague);
    return { ...noRights, takeOver: true, give: true, why };
  }
  return { ...noRights, claim: status === 'open', reply: true, resolve: true, handBack: true, give: true };
};

/** The customer may have come back since: then the old case stays closed, and the work is done in the new one. */
const whyNotReopened = ({ status, owner }: Facts['conversation']): string | undefined => {
  if (status === 'waiting') return consoleWords.waitsAgain;
  return status === 'human' ? consoleWords.goesOnWith(owner ?? consoleWords.colleague) : undefined;
};
