import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeCard } from './place-card.ts';

const view = { width: 1280, height: 800 };

test('below its mark, above when there is more room', () => {
  const card = { width: 400, height: 300 };
  expect(placeCard({ left: 300, top: 100, bottom: 117 }, card, view)).toEqual({ left: 300, top: 123 });
  expect(placeCard({ left: 300, top: 700, bottom: 717 }, card, view)).toEqual({ left: 300, top: 394 });
});

test('never outside a window that can hold it', () => {
  const anchor = fc
    .record({ left: fc.integer({ min: -50, max: 1400 }), top: fc.integer({ min: -50, max: 850 }) })
    .map(({ left, top }) => ({ left, top, bottom: top + 17 }));
  const card = fc.record({ width: fc.integer({ min: 50, max: 1200 }), height: fc.integer({ min: 20, max: 700 }) });
  fc.assert(
    fc.property(anchor, card, (at, size) => {
      const { left, top } = placeCard(at, size, view);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(top).toBeGreaterThanOrEqual(0);
      expect(left + size.width).toBeLessThanOrEqual(view.width);
      expect(top + size.height).toBeLessThanOrEqual(view.height);
    }),
  );
});
