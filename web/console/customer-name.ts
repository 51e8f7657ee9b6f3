import type { EscalationSummary } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** What to call a customer: their name, a mail address, or an honest placeholder. */
export const customerName = ({ name, externalId }: EscalationSummary['customer']): string => {
  if (name !== undefined && name.trim() !== '') return name;
  return externalId.includes('@') ? externalId : consoleWords.unnamed;
};
