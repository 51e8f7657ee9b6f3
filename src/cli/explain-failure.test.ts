import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '#test/command.ts';
import { freePort } from '#test/servers/free-port.ts';
import { explainFailure } from './explain-failure.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontdesk-failure-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a failure of the machine is explained, without a stack', () => {
  const env = { FEATURE_SAMPLE_KNOWLEDGE: 'false', LOG_LEVEL: 'silent' };

  it('a port in use', { timeout: 30_000 }, async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    const { code, stderr } = await runCommand(['serve'], { home: folder, env: { ...env, PORT: port } });
    other.close();
    expect([code, stderr]).toEqual([1, expect.stringMatching(new RegExp(`^Port ${port} .*set PORT .*\\n$`))]);
  });

  it('a database that does not answer', { timeout: 30_000 }, async () => {
    const url = `postgres://u:hunter22@127.0.0.1:${await freePort()}/db`;
    const { code, stderr } = await runCommand(['migrate'], { home: folder, env: { ...env, DATABASE_URL: url } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^PostgreSQL cannot be reached: .*DATABASE_URL.*\n$/)]);
    expect(stderr).not.toContain('hunter22');
  });

  it('a home that is a file', { timeout: 30_000 }, async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { code, stderr } = await runCommand(['migrate'], { home: folder, env: { ...env, FRONTDESK_HOME: file } });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Cannot use .*FRONTDESK_HOME.*\n$/)]);
  });

  it('nothing else', () => {
    expect(explainFailure(new TypeError('x is not a function'))).toBeUndefined();
    expect(explainFailure(Object.assign(new Error('relation "x" does not exist'), { code: '42P01' }))).toBeUndefined();
    expect(explainFailure('thrown text')).toBeUndefined();
  });

  it('a listen on a foreign address or a reserved port', () => {
    const listen = (code: string) =>
      Object.assign(new Error(code), { code, syscall: 'listen', address: '9.9.9.9', port: 80 });
    expect(explainFailure(listen('EADDRNOTAVAIL'))).toContain('HOST');
    expect(explainFailure(listen('EACCES'))).toContain('PORT');
    expect(explainFailure(Object.assign(new Error('wrong password'), { code: '28P01' }))).toContain('DATABASE_URL');
  });
});
