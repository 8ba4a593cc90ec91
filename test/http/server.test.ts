import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Actor } from '../../src/crm/account.ts';
import type { Elsewhere } from '../../src/http/elsewhere.ts';
import { defaultLimits } from '../../src/http/limits.ts';
import type { AnswerAtOnce, Route } from '../../src/http/request.ts';
import { createServer, type ServerParts } from '../../src/http/server.ts';
import type { SignIn } from '../../src/http/session.ts';

const answer = (text: string) => ({ status: 200, headers: {}, body: Buffer.from(text) });
const route: Route = { path: '/api', methods: { GET: async () => answer('here'), POST: async () => answer('here') } };
const sent: string[] = [];
const elsewhere: Elsewhere = {
  answer: async ({ method }) => {
    sent.push(method);
    return answer('elsewhere');
  },
};
let isKnown = false;
const actor = { account: { id: 1 }, user: { id: 2, login: 'a' } } as Actor;
const signIn = {
  authenticate: async () => {
    isKnown = true;
    return { actor, sessionId: 's' };
  },
} as unknown as SignIn;
const parts = {
  routes: [route],
  signIn,
  elsewhere,
  limits: defaultLimits,
  atOnce: { reads: 4, writes: 4 },
  answerAtOnce: ({ method }): AnswerAtOnce | undefined =>
    method === 'GET' && isKnown
      ? {
          status: 200,
          headers: { 'Set-Cookie': ['session=s'] },
          parts: [Buffer.from('at '), Buffer.from('once')],
          actor,
        }
      : undefined,
  sessionCookies: (sessionId) => [`session=${sessionId}`],
  presentError: (error) => ({ ...answer(String(error)), status: 500 }),
  presentHttpError: (error) => ({ ...answer(String(error)), status: 400 }),
  clock: () => 0,
  log: { error: () => undefined },
  findAddress: () => '127.0.0.1',
} satisfies ServerParts;
const app = createServer(parts);
after(() => app.close());

test('no thread is asked for what is there once it is known who asks', async () => {
  isKnown = false;
  const got = await app.inject('/api');
  assert.deepEqual([got.body, got.headers['set-cookie']], ['at once', ['session=s']]);
  assert.deepEqual(sent, []);
});

test('what is not there is answered by a thread', async () => {
  const posted = await app.inject({ method: 'POST', url: '/api', payload: '{}' });
  assert.deepEqual([posted.body, sent], ['elsewhere', ['POST']]);
});

test('a query is read once, also one that is refused, though two ways ask for it', async () => {
  let readings = 0;
  const limits = {
    ...defaultLimits,
    get queryParameters() {
      readings += 1;
      return 100;
    },
  };
  const counting = createServer({ ...parts, limits, answerAtOnce: () => undefined });
  const url = await counting.listen({ port: 0, host: '127.0.0.1' });
  try {
    for (const [count, status] of [
      [100, 200],
      [101, 500],
    ] as const) {
      readings = 0;
      const reply = await fetch(`${url}/api?${'a=1&'.repeat(count)}`);
      assert.deepEqual([reply.status, readings], [status, 1], await reply.text());
    }
  } finally {
    await counting.close();
  }
});
