import type { MessageWire } from '#src/http/wire.ts';
import { consoleWords } from '../words.ts';

/** Whether a message reached the customer's channel. What went well is said once, at the last message. */
export const DeliveryMark = ({
  delivery,
  isLast,
}: {
  readonly delivery: NonNullable<MessageWire['delivery']>;
  readonly isLast: boolean;
}) => (
  <span className="delivery-mark" data-state={delivery.state} data-last={isLast || undefined}>
    {delivery.state === 'failed'
      ? consoleWords.deliveries.failed(delivery.error)
      : consoleWords.deliveries[delivery.state]}
  </span>
);
