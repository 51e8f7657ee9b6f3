import { describe, expect, it } from 'vitest';
import { parseModule, resolveImport } from './parse-module.ts';

const specifiers = (source: string): string[] => parseModule('a.ts', source).imports.map((entry) => entry.specifier);

describe('parseModule', () => {
  it('finds every way to ask for a module', () => {
    expect(
      specifiers(`
        import a, {
          b,
        } from 'one';
        import type { C } from 'two';
        import 'three';
        export * from 'four';
        export type { D } from 'five';
        const e = await import('six');
        type F = import('seven').F;
      `).sort(),
    ).toEqual(['five', 'four', 'one', 'seven', 'six', 'three', 'two']);
  });

  it('is not fooled by comments, strings and templates', () => {
    const source = `// import 'a'\nconst text = "import 'b'" + \`import 'c'; process.env\`; /* import 'd' */`;
    expect(parseModule('a.ts', source)).toEqual({ imports: [], readsEnvironment: false });
  });

  it.each([
    ["import type { A } from 'x'", true],
    ["import { type A, type B } from 'x'", true],
    ["import { type A, b } from 'x'", false],
    ["import 'x'", false],
    ["export type { A } from 'x'", true],
    ["export { a } from 'x'", false],
    ["type A = import('x').A", true],
    ["const a = import('x')", false],
  ])('tells types from values: %s', (source, typesOnly) => {
    expect(parseModule('a.ts', source).imports).toEqual([{ specifier: 'x', typesOnly }]);
  });

  it.each([
    'process.env.A',
    "process['env'].A",
    'globalThis.process.env',
    'const { env } = process',
    "import { env } from 'node:process'",
  ])('notices that the environment is read: %s', (source) => {
    expect(parseModule('a.ts', source).readsEnvironment).toBe(true);
  });

  it.each(['process.exit()', 'settings.env', "import process from 'node:process'"])(
    'and when it is not: %s',
    (source) => {
      expect(parseModule('a.ts', source).readsEnvironment).toBe(false);
    },
  );

  it('names the file that does not parse', () => {
    expect(() => parseModule('src/broken.ts', 'import from from from')).toThrow('src/broken.ts does not parse');
  });
});

describe('resolveImport', () => {
  it.each([
    ['#core/turn.ts', 'src/core/turn.ts'],
    ['#adapters/email/index.ts', 'adapters/email/index.ts'],
    ['./accept.ts', 'src/pipeline/accept.ts'],
    ['../core/turn.ts', 'src/core/turn.ts'],
    ['node:fs', 'node:fs'],
    ['@langchain/core/messages', '@langchain/core'],
    ['zod/v4', 'zod'],
  ])('%s', (specifier, target) => {
    expect(resolveImport('src/pipeline/listen.ts', specifier)).toBe(target);
  });
});
