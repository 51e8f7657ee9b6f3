import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** Which packages a fresh process has loaded after running `code`, by what is in the paths of its modules. */
const loaded = async (code: string): Promise<readonly string[]> => {
  const program = `
    import { registerHooks } from 'node:module';
    const seen = new Set();
    registerHooks({ load: (url, context, next) => { seen.add(url.match(/node_modules\\/((?:@[^/]+\\/)?[^/]+)/)?.[1]); return next(url, context); } });
    const { createAnswerer, createEmbedder } = await import(${JSON.stringify(new URL('./index.ts', import.meta.url).href)});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const knowledge = { search: async () => ({ passages: [], confidence: 0 }) };
    ${code}
    console.log(JSON.stringify([...seen].filter(Boolean)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return JSON.parse(stdout);
};

describe('starting', () => {
  it('without a model loads no part of LangChain', async () => {
    // Quoting finds words by their stems.
    expect(await loaded('await createAnswerer({}, { knowledge, log }); await createEmbedder(undefined);')).toEqual([
      '@orama/stemmers',
    ]);
  });

  it('with a model loads it', async () => {
    const settings = "{ chat: { model: 'm', timeoutMs: 1, baseUrl: 'http://127.0.0.1:9/v1' } }";
    const packages = await loaded(`await createAnswerer(${settings}, { knowledge, log });`);
    expect(packages).toEqual(expect.arrayContaining(['langchain', '@langchain/openai', 'cockatiel']));
  });
});
