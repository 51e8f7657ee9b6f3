import fc from 'fast-check';

/**
 * Any text at all: every UTF-16 code unit, NUL and lone surrogates included, and runs of Latin letters with accents. Made of numbers because
 * fast-check takes a second of every test file to prepare its own `unit: 'binary'`.
 */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
      { weight: 2, arbitrary: fc.integer({ min: 0x20, max: 0x17f }) },
    ),
    { maxLength: 60 },
  )
  .map((codes) => String.fromCharCode(...codes));

/** The surrogates, which are half a character each. */
const surrogates = { first: 0xd800, count: 0x800 };

/** Any well-formed text of at most `maxLength` characters, as `unit: 'binary'` of fast-check gives it. */
export const wellFormedText = (maxLength = 10): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 0x10ffff - surrogates.count }), { maxLength })
    .map((codes) =>
      String.fromCodePoint(...codes.map((code) => (code < surrogates.first ? code : code + surrogates.count))),
    );
