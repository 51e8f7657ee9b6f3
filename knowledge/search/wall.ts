import type { Log } from '#core/channel.ts';
import { markerCollection } from '../markers.ts';
import type { DocumentVisibility } from '../visibility.ts';
import type { Hit } from './hit.ts';

export interface WallDeps {
  /** Something was found that must not have been: somebody has to look. */
  readonly onAlarm?: (() => void) | undefined;
  readonly log?: Log | undefined;
}

/** Lets hits pass that the asker may see. */
export type Wall = <Found extends Hit>(hits: readonly Found[], visible: readonly DocumentVisibility[]) => Found[];

/**
 * The last look at what a search found. The statement names what is visible and row-level security hides the rest; whatever
 * comes through in spite of both is held back here and raises an alarm. Planted documents are nobody's answer.
 */
export const createWall =
  ({ onAlarm, log }: WallDeps): Wall =>
  (hits, visible) => {
    const leaked = hits.filter(({ visibility }) => !visible.includes(visibility));
    if (leaked.length > 0) {
      log?.error(
        { visible, found: [...new Set(leaked.map(({ visibility }) => visibility))] },
        'ALARM: a search found what its asker must not see; it was held back',
      );
      onAlarm?.();
    }
    return hits.filter(({ visibility, collection }) => visible.includes(visibility) && collection !== markerCollection);
  };
