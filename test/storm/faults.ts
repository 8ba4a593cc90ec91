import type { Json } from './oracle.ts';
import type { Exchange, Reply, Sent } from './transport.ts';

/** Wrongs that servers might do, done between them and the clients: each has to be seen by the oracle. */

type Fault = (sent: Sent, exchange: Exchange) => Promise<Reply>;

export function between(fault: Fault): (exchange: Exchange) => Exchange {
  return (exchange) => (sent) => fault(sent, exchange);
}

/** Says that an update is written, and does not write it. @param which tells by the first item */
export function losingUpdate(which: (item: Json) => boolean): Fault {
  return async (sent, exchange) => {
    const update = itemsOf(sent, 'update');
    if (!update?.some(which) || !isRecords(sent)) return exchange(sent);
    const items = update.map(({ id, updated_at }) => ({ id, updated_at }));
    return { status: 200, text: JSON.stringify({ _embedded: { items } }), cookie: '' };
  };
}

/** Writes what is added twice. */
export const addingTwice: Fault = async (sent, exchange) => {
  if (itemsOf(sent, 'add') && isRecords(sent)) await exchange(sent);
  return exchange(sent);
};

/** Writes more of an update than was asked for, so that its webhook tells of it twice. */
export const updatingTwice: Fault = async (sent, exchange) => {
  const update = itemsOf(sent, 'update');
  if (update && isRecords(sent)) {
    const before = update.map((item) => ({ ...item, name: 'another' }));
    await exchange({ ...sent, body: JSON.stringify({ update: before }) });
  }
  return exchange(sent);
};

/** The first answer to a question is given for ever. */
export function answeringOld(): Fault {
  const answers = new Map<string, Promise<Reply>>();
  return (sent, exchange) => {
    if (sent.method !== 'GET' || !sent.path.includes('id=')) return exchange(sent);
    const key = JSON.stringify([sent.path, sent.headers]);
    const answer = answers.get(key) ?? exchange(sent);
    answers.set(key, answer);
    return answer;
  };
}

/** Takes one account for another. */
export function mixingAccounts(): Fault {
  let last = '';
  return (sent, exchange) => {
    const { Authorization: token } = sent.headers;
    if (token === undefined || sent.method !== 'GET') return exchange(sent);
    const other = last || token;
    last = token;
    return exchange({ ...sent, headers: { Authorization: other } });
  };
}

/** Changes the items of answers. */
export function changing(method: Sent['method'], change: (items: Json[], sent: Sent) => Json[]): Fault {
  return async (sent, exchange) => {
    const reply = await exchange(sent);
    if (typeof reply === 'string' || reply.status !== 200 || sent.method !== method || !isRecords(sent)) return reply;
    const json = JSON.parse(reply.text);
    json._embedded.items = change(json._embedded.items, sent);
    return { ...reply, text: JSON.stringify(json) };
  };
}

/** Refused updates count as written, in the answer. */
export const hidingRefusals: Fault = async (sent, exchange) => {
  const reply = await exchange(sent);
  const update = itemsOf(sent, 'update');
  if (!update || typeof reply === 'string' || !reply.text.includes('"errors"')) return reply;
  return { status: 200, text: JSON.stringify({ _embedded: { items: update } }), cookie: '' };
};

/** Every so many writes the connection ends, before the server has got the request or after it has done it. */
export function droppingConnections(every: number): Fault {
  let count = 0;
  return async (sent, exchange) => {
    count += sent.method === 'POST' ? 1 : 0;
    if (sent.method !== 'POST' || count % every !== 0) return exchange(sent);
    if (count % (2 * every) === 0) await exchange(sent);
    return 'dropped';
  };
}

export function itemsOf({ method, body }: Sent, list: 'add' | 'update'): Json[] | undefined {
  return method === 'POST' && body ? JSON.parse(body)[list] : undefined;
}

function isRecords({ path }: Sent): boolean {
  return /^\/api\/v2\/(companies|contacts|leads)\b/.test(path);
}
