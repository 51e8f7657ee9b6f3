import type { EscalationDetail } from '#src/http/wire.ts';
import { formatShort } from '../shared/format-time.ts';
import { channelWords, consoleWords } from '../words.ts';
import { companyName, customerName } from './customer-name.ts';

/** Who the customer is, how surely, and from where they write. */
export const CustomerFacts = ({ detail }: { readonly detail: EscalationDetail }) => {
  const { customer } = detail;
  const facts: readonly (readonly [string, string])[] = [
    ...(companyName(customer) === '' ? [] : [[consoleWords.organization, companyName(customer)] as const]),
    [consoleWords.identity, consoleWords.identities[customer.identity]],
    [consoleWords.channel, channelWords[detail.channel]],
    [consoleWords.opened, formatShort(new Date(detail.openedAt))],
    [consoleWords.code, detail.code],
  ];
  return (
    <>
      <p className="customer-facts__name">{customerName(customer)}</p>
      {customer.externalId === customerName(customer) || !customer.externalId.includes('@') ? undefined : (
        <p className="customer-facts__id">{customer.externalId}</p>
      )}
      <dl className="customer-facts">
        {facts.map(([term, value]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
};
