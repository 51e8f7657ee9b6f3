import type { HumanDesk } from '#core/escalation.ts';
import { interpret } from './interpret.ts';
import { describeCard, presentCard, redrawCard } from './present.ts';

/** The desk at `place`; all desks speak alike, their adapters only draw differently. */
export const createDesk = (
  place: HumanDesk['place'],
  more: Pick<HumanDesk, 'secondLevel' | 'urlOf'> = {},
): HumanDesk => ({
  ...more,
  place,
  card: presentCard,
  redraw: redrawCard,
  describe: describeCard,
  interpret,
});
export { tend, type Upkeep } from './tend.ts';
export { transition } from './transition.ts';
