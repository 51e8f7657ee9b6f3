interface Box {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}
interface Size {
  readonly width: number;
  readonly height: number;
}

const gap = 6;
const margin = 12;

/** Where a card goes: below its anchor, above when there is more room there, never outside the window (pixels). */
export const placeCard = (anchor: Box, card: Size, view: Size): { readonly left: number; readonly top: number } => {
  const below = anchor.bottom + gap;
  const above = anchor.top - gap - card.height;
  const fitsBelow = below + card.height + margin <= view.height;
  const moreRoomAbove = anchor.top > view.height - anchor.bottom;
  return {
    left: inside(anchor.left, card.width, view.width),
    top: inside(fitsBelow || !moreRoomAbove ? below : above, card.height, view.height),
  };
};

/** The nearest start to `wanted` that keeps a thing of this size between the margins; too large, it begins at the first. */
const inside = (wanted: number, size: number, room: number): number =>
  Math.max(margin, Math.min(wanted, room - size - margin));
