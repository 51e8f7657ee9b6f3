import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeHttpDeps } from '#test/fakes/http-deps.ts';
import type { ArticleStore } from './ports.ts';
import { buildServer } from './server.ts';
import type { ArticleChange, ArticleWire } from './wire.ts';

const article: ArticleWire = {
  ...{
    id: '4',
    kind: 'update',
    status: 'draft',
    question: 'How long do refunds take?',
    answer: 'Refunds take 14 days.',
  },
  ...{ visibility: 'public', documentId: 'team:7', flags: ['order 48213'], similarTo: [], confirmations: 0 },
  updates: {
    ...{ documentId: 'refunds', title: 'Refunds' },
    differences: [{ what: 'duration', article: 'Refunds take 30 days.', answer: 'Refunds take 14 days.' }],
  },
  escalation: { id: '7', code: '7F3K' },
  createdAt: '2026-01-05T10:00:00.000Z',
};

describe('articles drafted from cases', () => {
  let app: Awaited<ReturnType<typeof buildServer>>;
  let fakes: ReturnType<typeof fakeHttpDeps>;
  let asked: unknown[];
  let decided: boolean;
  const articles: ArticleStore = {
    async list(filter) {
      asked.push(filter);
      return { items: [article], counts: { draft: 1, published: 0, dismissed: 0 }, before: '4' };
    },
    get: async (id) => (id === '4' ? { ...article, status: decided ? 'published' : 'draft' } : undefined),
    async change(id, change) {
      asked.push(change);
      return id === '4' && !decided;
    },
  };
  beforeEach(async () => {
    asked = [];
    decided = false;
    fakes = fakeHttpDeps();
    app = await buildServer({ ...fakes.deps, articles });
  });
  afterEach(() => app.close());

  const signIn = async (): Promise<string> => {
    const response = await app.inject({ method: 'POST', url: '/api/console/login', payload: { name: 'Mira' } });
    return String(response.headers['set-cookie']).split(';')[0] ?? '';
  };
  const change: ArticleChange = { question: 'How long?', answer: '14 days.', visibility: 'org:T0ACME' };
  const put = async (id: string, payload: object, cookie?: string) =>
    app.inject({
      method: 'PUT',
      url: `/api/console/articles/${id}`,
      payload,
      headers: { cookie: cookie ?? (await signIn()) },
    });

  it('are listed for the support team alone', async () => {
    expect((await app.inject('/api/console/articles')).statusCode).toBe(401);
    expect((await put('4', change, 'none=1')).statusCode).toBe(401);
    const headers = { cookie: await signIn() };
    const response = await app.inject({ url: '/api/console/articles?status=published&limit=5&before=9', headers });
    expect(response.json()).toEqual({
      items: [article],
      counts: { draft: 1, published: 0, dismissed: 0 },
      before: '4',
    });
    expect(asked).toEqual([{ status: 'published', limit: 5, before: '9' }]);
    expect((await app.inject({ url: '/api/console/articles?status=all', headers })).statusCode).toBe(400);
  });

  it('can be read one by one', async () => {
    expect((await app.inject('/api/console/articles/4')).statusCode).toBe(401);
    const headers = { cookie: await signIn() };
    expect((await app.inject({ url: '/api/console/articles/4', headers })).json()).toEqual(article);
    for (const unknown of ['5', 'x'])
      expect((await app.inject({ url: `/api/console/articles/${unknown}`, headers })).statusCode).toBe(404);
  });

  it('may be changed, and whoever watches is told', async () => {
    const told: unknown[] = [];
    fakes.fanout.subscribe('desk', (event) => told.push(event));
    expect((await put('4', change)).json()).toEqual(article);
    expect(asked).toEqual([change]);
    expect(told).toEqual([{ type: 'changed', escalationId: '7' }]);
  });

  it('stay as they are once somebody has decided, and where the change makes no sense', async () => {
    expect((await put('5', change)).statusCode).toBe(404);
    expect((await put('x', change)).statusCode).toBe(404);
    for (const wrong of [{ visibility: 'secret' }, { question: ' ' }, { answer: '' }])
      expect((await put('4', { ...change, ...wrong })).statusCode).toBe(400);
    decided = true;
    const refused = await put('4', change);
    expect([refused.statusCode, refused.json().detail]).toEqual([
      409,
      'This draft has been published already. Undo that first, then change it.',
    ]);
  });

  it('are decided on as actions on their case', async () => {
    fakes.escalate('7', { status: 'resolved' });
    const response = await app.inject({
      method: 'POST',
      url: '/api/console/escalations/7/actions',
      payload: { action: 'publish', id: 'a1' },
      headers: { cookie: await signIn() },
    });
    expect(response.statusCode).toBe(200);
    expect(fakes.deskActions).toMatchObject([['7', 'Mira', { id: 'a1', action: 'publish' }]]);
  });

  it('are nowhere where nothing is learnt', async () => {
    const bare = await buildServer(fakes.deps);
    expect((await bare.inject('/api/console/articles')).statusCode).toBe(404);
    await bare.close();
  });
});
