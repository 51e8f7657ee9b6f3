import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVisibility, visibleTo } from './visibility.ts';

describe('visibleTo', () => {
  it('grants an organisation only when it is alone and vouched for', () => {
    const audience = { organizations: ['acme'], shared: true, identity: 'verified' } as const;
    expect(visibleTo(audience)).toEqual(['public', 'org:acme']);
    expect(visibleTo({ ...audience, identity: 'claimed' })).toEqual(['public']);
    expect(visibleTo({ ...audience, organizations: ['acme', 'other'] })).toEqual(['public']);
    expect(visibleTo({ ...audience, organizations: [] })).toEqual(['public']);
    expect(visibleTo({ ...audience, organizations: [], internal: true })).toEqual(['public', 'internal']);
  });

  it('never grants more than the rule, whoever asks', () => {
    const audience = fc.record({
      organizations: fc.array(fc.constantFrom('a', 'b', 'internal', ''), { maxLength: 3 }),
      shared: fc.boolean(),
      identity: fc.constantFrom('verified', 'claimed', 'anonymous' as const),
      internal: fc.boolean(),
    });
    fc.assert(
      fc.property(audience, (who) => {
        for (const visible of visibleTo(who)) {
          const isOwn =
            who.identity === 'verified' && who.organizations.length === 1 && visible === `org:${who.organizations[0]}`;
          expect(visible === 'public' || (visible === 'internal' && who.internal) || isOwn).toBe(true);
        }
      }),
    );
  });
});

describe('parseVisibility', () => {
  it('reads the three forms and nothing else', () => {
    expect(['public', 'internal', 'org:acme'].map(parseVisibility)).toEqual(['public', 'internal', 'org:acme']);
    expect(['', 'org:', 'Public', 'org:a b', 'everyone'].map(parseVisibility)).toEqual(Array(5).fill(undefined));
  });
});
