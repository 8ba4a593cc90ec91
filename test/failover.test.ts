import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { careless } from '../bin/postgres.mjs';
import { connect, type Reply } from './storm/transport.ts';
import { endProcess, processLogin, type ServerProcess, startProcess } from './support/process.ts';
import { promote, startPair } from './support/standby.ts';

const clients = 8;

/** A company, with the name that was last acknowledged and those that were sent since and may have been written. */
interface Company {
  readonly id: number;
  known: string;
  perhaps: string[];
}

test('the primary is killed and its standby promoted: what was acknowledged is there, and the processes go on by themselves', async (t) => {
  const pair = await startPair({ ...careless, synchronous_commit: 'on' });
  const processes: ServerProcess[] = [];
  const outcomes = new Map<string, number>();
  const companies: Company[] = [];
  let isPromoted = false;
  /** Writes that each process has acknowledged since the promotion. */
  const afterwards = [0, 0];
  let acknowledged = 0;
  try {
    for (const _ of afterwards) processes.push(await startProcess(pair.url));
    const { exchange, close } = connect(processes.map(({ address }) => address));
    const ask = async (process: number, more: string, body?: object): Promise<Reply> => {
      const path = `/api/v2/companies?${new URLSearchParams(processLogin)}${more}`;
      const began = performance.now();
      const reply = await exchange({
        ...{ process, method: body ? 'POST' : 'GET', path, headers: {} },
        ...(body && { body: JSON.stringify(body) }),
      });
      const isLate = performance.now() - began > 1000;
      const status = typeof reply === 'string' ? reply : String(reply.status);
      const what = status < '300' && isLate ? `${status} after more than a second` : status;
      outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
      if (typeof reply === 'object') assert.ok([200, 503].includes(reply.status), `${reply.status} ${reply.text}`);
      return reply;
    };

    const client = async (number: number): Promise<void> => {
      let own: Company | undefined;
      for (let round = 0; Math.min(...afterwards) < 40; round += 1) {
        const process = (number + round) % processes.length;
        const name = `${number}/${round}`;
        const isNew = own === undefined || round % 5 === 0;
        const item = isNew ? { name } : { id: own!.id, name, updated_at: 2_000_000_000 + round };
        const reply = await ask(process, '', isNew ? { add: [item] } : { update: [item] });
        if (typeof reply === 'object' && reply.status === 200) {
          const { id } = JSON.parse(reply.text)._embedded.items[0];
          if (isNew) {
            own = { id, known: name, perhaps: [] };
            companies.push(own);
          } else Object.assign(own!, { known: name, perhaps: [] });
          acknowledged += 1;
          if (isPromoted) afterwards[process]! += 1;
        } else if (!isNew) own!.perhaps.push(name);
        if (own) check(own, await ask(1 - process, `&id=${own.id}`));
      }
    };
    const check = ({ id, known, perhaps }: Company, reply: Reply): void => {
      if (typeof reply !== 'object' || reply.status !== 200) return;
      const { name } = JSON.parse(reply.text)._embedded.items[0];
      assert.ok([known, ...perhaps].includes(name), `${id} is ${name}, not ${known} nor ${perhaps}`);
    };

    const working = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
    // Where it fails, it fails below.
    working.catch(() => undefined);
    while (acknowledged < 100) await setTimeout(10);
    const before = [...companies];
    pair.primary.kill();
    await setTimeout(500);
    await promote(pair.standby);
    isPromoted = true;
    await working;

    for (const process of [0, 1]) {
      for (const company of companies) check(company, await ask(process, `&id=${company.id}`));
    }
    assert.equal(new Set(companies.map(({ id }) => id)).size, companies.length);
    assert.ok(before.length > 10 && companies.length > before.length);
    t.diagnostic([...outcomes].map(([what, count]) => `${what}: ${count}`).join(', '));
    close();
  } finally {
    await Promise.all(processes.map((process) => endProcess(process)));
    await pair.remove();
  }
});
