import type { EscalationSummary } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** The company as people know it. A tenant of Microsoft 365 is known by an id, which is worth nobody's room in a list. */
export const companyName = ({ organization = '' }: EscalationSummary['customer']): string =>
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(organization) ? '' : organization;

/** What to call a customer: their name, a mail address, or an honest placeholder. */
export const customerName = ({ name, externalId }: EscalationSummary['customer']): string => {
  if (name !== undefined && name.trim() !== '') return name;
  return externalId.includes('@') ? externalId : consoleWords.unnamed;
};
