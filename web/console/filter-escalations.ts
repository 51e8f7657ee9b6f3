import type { EscalationSummary } from '#src/http/wire.ts';
import { channelWords } from '../words.ts';

/** Those in which every word of `query` occurs somewhere: customer, organisation, question, code, channel, claimant. */
export const filterEscalations = (items: readonly EscalationSummary[], query: string): readonly EscalationSummary[] => {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return items;
  return items.filter((item) => {
    const text = fold(
      [
        item.code,
        item.question,
        item.why,
        item.customer.name,
        item.customer.externalId,
        item.customer.organization,
        channelWords[item.channel],
        item.claimedBy,
      ].join(' '),
    );
    return words.every((word) => text.includes(word));
  });
};

/** Without case and accents: `Łódź` stays hard, `café` is found as `cafe`. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
