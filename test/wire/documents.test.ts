import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineFields, setUser } from '../kept/administration.ts';
import { type Something, something } from '../kept/happenings.ts';
import { type Office, openOffice, type Person } from '../kept/office.ts';
import { readState } from '../kept/state.ts';
import { compare, look, randomView, type View, wholeList } from '../kept/views.ts';
import { everyKind, span } from '../store/builders.ts';
import { Random } from '../store/random.ts';
import { inThreads, testNow } from '../support/server.ts';

/**
 * What the server keeps of its answers must be what the records themselves give, byte for byte, after any history.
 * KONTORA_TEST_STEPS makes the histories longer, KONTORA_TEST_SEED tells another one alone.
 */
const steps = Number(process.env['KONTORA_TEST_STEPS'] ?? 80);
const only = process.env['KONTORA_TEST_SEED'];

for (const seed of only === undefined ? [1, 2, 3] : [Number(only)]) {
  test(`after any history the kept answers are what the truth renders (random history ${seed})`, async () => {
    const office = await openOffice(new Random(seed), testNow);
    const told: string[] = [];
    let kept = 0;
    try {
      for (const account of office.accounts) for (const _ of span(1, 2)) await defineFields(office, account)();
      while (told.length < steps) {
        office.now += 10;
        told.push(await happen(office));
        kept += await compareAll(office);
      }
      // Here tags become others beside the log, as they do in no product.
      const problems = (await office.problems()).filter((line) => !/its tags are not what the change log/.test(line));
      assert.deepEqual(problems, []);
    } catch (error) {
      const last = told.slice(-4).map((what, index, all) => `${told.length - all.length + index + 1}. ${what}`);
      const { message } = error as Error;
      throw new Error(`seed ${seed}, after ${last.join('; ')}: ${message}`, { cause: error });
    } finally {
      await office.close();
    }
    // What threads keep is not counted.
    assert.ok(inThreads || kept > steps / 3, `the servers kept something after ${kept} reads only`);
  });
}

/** One thing, or several at once while people read; now and then a server starts again. */
async function happen(office: Office): Promise<string> {
  const { random } = office;
  const account = random.pick(office.accounts);
  if (random.chance(0.03)) {
    await office.restart(random.whole(0, office.servers - 1));
    return 'a restart';
  }
  if (random.chance(0.6)) {
    const { name, act } = await something(office, account);
    await act(true);
    return name;
  }
  return hustle(office, account);
}

/** Several things at once while people read, often all of what was kept: then it is kept anew while it becomes untrue. */
async function hustle(office: Office, account: number): Promise<string> {
  const { random } = office;
  const afresh = random.chance(0.3);
  if (afresh) await setUser(office, account, await readState(office, account))();
  const doing: Something[] = [];
  for (const _ of span(1, random.whole(1, 4))) doing.push(await something(office, account));
  const reading: Asking[] = [];
  for (const _ of span(1, random.whole(2, 6))) {
    const [person, server, view] = await someAsking(office, account);
    reading.push(afresh ? [office.boss(account), server, wholeList(view.kind)] : [person, server, view]);
  }
  await Promise.all([...reading.map((asking) => look(office, ...asking)), ...doing.map(({ act }) => act(false))]);
  return `${doing.map(({ name }) => name).join(' and ')} while people read${afresh ? ' afresh' : ''}`;
}

/** Every record and some other lists; not always, so that what is kept grows older than one step. */
async function compareAll(office: Office): Promise<number> {
  const { random } = office;
  const asked: Asking[] = [];
  for (const _ of span(1, random.whole(1, 2))) asked.push(await someAsking(office, random.pick(office.accounts)));
  for (const account of office.accounts) {
    if (random.chance(0.5)) {
      const someone = random.pick(office.people(account));
      for (const kind of everyKind) {
        for (const person of new Set([office.boss(account), someone])) {
          asked.push([person, random.whole(0, office.servers - 1), wholeList(kind)]);
        }
      }
    }
  }
  let kept = 0;
  for (const asking of asked) kept += Number((await compare(office, ...asking)).wrote);
  return kept;
}

type Asking = [person: Person, server: number, view: View];

async function someAsking(office: Office, account: number): Promise<Asking> {
  const { random } = office;
  const person = random.pick(office.people(account));
  return [person, random.whole(0, office.servers - 1), await randomView(office, person)];
}
