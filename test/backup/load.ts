import { request } from '../support/server.ts';

/** Contacts in a batch; each comes with a company of its name and a link to that, made by the same request. */
export const batchSize = 25;

/** How many batches of each client are there. */
export type Moment = readonly number[];

export interface Written {
  /** Milliseconds. */
  readonly took: number;
  /** On performance.now's clock. */
  readonly at: number;
}

/**
 * Clients that write batch after batch, as fast as they are answered. Every batch has its number, and a tag that says how many batches
 * of each client had been answered when it was sent: whoever sees it sees those as well.
 */
export class Load {
  readonly written: Written[] = [];
  readonly #url: string;
  readonly #sent: number[];
  readonly #answered: number[];
  readonly #working: Promise<void>[];
  #isOver = false;

  constructor(url: string, clients: number) {
    this.#url = url;
    this.#sent = new Array(clients).fill(0);
    this.#answered = new Array(clients).fill(0);
    this.#working = this.#sent.map((_, client) => this.#work(client));
  }

  get answered(): Moment {
    return [...this.#answered];
  }

  get sent(): Moment {
    return [...this.#sent];
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#working);
  }

  /** Ends when no client goes on: the server has gone. */
  async gone(): Promise<void> {
    await Promise.allSettled(this.#working);
  }

  async #work(client: number): Promise<void> {
    while (!this.#isOver) {
      const batch = this.#sent[client]!;
      const known = this.#answered.join(' ');
      this.#sent[client] = batch + 1;
      const startedAt = performance.now();
      const add = Array.from({ length: batchSize }, (_, index) => {
        const name = `load ${client}/${batch}/${index}`;
        return { name, company_name: name, tags: `knows ${known}` };
      });
      const reply = await request('POST', `${this.#url}&client=${client}`, { add });
      if (reply.status !== 200) throw new Error(`${reply.status} ${reply.text}`);
      this.#answered[client] = batch + 1;
      this.written.push({ took: performance.now() - startedAt, at: startedAt });
    }
  }
}

type Send = (text: string) => Promise<Record<string, unknown>[]>;

/**
 * Whether a database is one moment of what a load has written: batches are there whole, of each client the first ones without a gap, and
 * with each batch all that it knew of. `least`: answered before; `most`: sent until then. @returns how many there are of each client
 */
export async function findMoment(send: Send, least: Moment, most: Moment): Promise<Moment> {
  const rows = await send(`select e.name, count(*) as links, min(c.name) as company, min(t.name) as tag from entity e
    left join link l on l.account_id = e.account_id and l.second_kind = 1 and l.second_id = e.id and l.first_kind = 3
    left join entity c on c.account_id = e.account_id and c.kind = 3 and c.id = l.first_id
    left join entity_tag et on et.account_id = e.account_id and et.kind = 1 and et.entity_id = e.id
    left join tag t on t.account_id = e.account_id and t.id = et.tag_id
    where e.kind = 1 and e.name like 'load %' group by e.account_id, e.id, e.name`);
  const batches = least.map(() => new Map<number, { contacts: number; knows: string }>());
  for (const { name, links, company, tag } of rows) {
    const [, client, batch] = /^load (\d+)\/(\d+)\//.exec(String(name)) ?? [];
    if (Number(links) !== 1 || company !== name) throw new Error(`${name} is linked to ${company}, ${links} times`);
    const seen = batches[Number(client)]!.get(Number(batch)) ?? { contacts: 0, knows: String(tag) };
    batches[Number(client)]!.set(Number(batch), { ...seen, contacts: seen.contacts + 1 });
  }
  const moment = batches.map((own) => own.size);
  const [companies] = await send(`select count(*) as n from entity where kind = 3 and name like 'load %'`);
  if (Number(companies!['n']) !== rows.length)
    throw new Error(`${companies!['n']} companies of ${rows.length} contacts`);
  for (const [client, own] of batches.entries()) {
    if (own.size < least[client]! || own.size > most[client]!) {
      throw new Error(`client ${client}: ${own.size} batches, not ${least[client]} to ${most[client]}`);
    }
    for (let batch = 0; batch < own.size; batch += 1) {
      const found = own.get(batch);
      if (found?.contacts !== batchSize) throw new Error(`batch ${client}/${batch}: ${found?.contacts ?? 0} contacts`);
      const known = found.knows.replace('knows ', '').split(' ').map(Number);
      const lacking = known.findIndex((count, other) => moment[other]! < count);
      if (lacking >= 0)
        throw new Error(`batch ${client}/${batch} is there, and of client ${lacking} not all that it knew`);
    }
  }
  return moment;
}
