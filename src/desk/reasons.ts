import type { EscalationReason } from '#core/escalation.ts';

/** Why a conversation was handed over, as the card says it. */
export const reasonInWords: Readonly<Record<EscalationReason, string>> = {
  'asked-for-human': 'The customer asked for a person.',
  'low-confidence': 'The documentation does not answer this.',
  policy: 'This topic always goes to a person.',
  'negative-mood': 'The customer is upset.',
  repeated: 'The customer asked again: the answer did not help.',
  'tool-failure': 'Something failed while answering.',
  'delivery-failure': 'A message could not be delivered.',
  overload: 'Too many messages in a short time.',
  'unknown-sender': 'The sender is not part of the conversation that this mail refers to.',
};
