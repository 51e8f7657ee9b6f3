import type { EscalationDetail, EscalationSummary } from '#src/http/wire.ts';

/** Names of the other people of the team, as far as the page has met them: who has cases, and who wrote in this one. */
export const colleaguesIn = (
  items: readonly Pick<EscalationSummary, 'claimedBy'>[],
  { messages, claimedBy }: Pick<EscalationDetail, 'messages' | 'claimedBy'>,
  agent: string,
): readonly string[] => {
  const met = [
    ...items.map((item) => item.claimedBy),
    ...messages.map(({ author }) => (author.role === 'human' ? author.name : undefined)),
  ];
  // Whoever has it already needs not be given it.
  const others = met
    .filter((name) => name !== undefined)
    .filter((name) => name !== '' && name !== agent && name !== claimedBy);
  return [...new Set(others)].sort((a, b) => a.localeCompare(b));
};
