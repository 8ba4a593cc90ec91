import {
  type Account,
  checkItems,
  checkNotes,
  checkPresence,
  checkTask,
  type HubWrite,
  type Json,
  type Kind,
  kinds,
  type Rec,
  type Tick,
  typeWords,
} from './oracle.ts';
import { type Client, read, type Storm } from './storm.ts';
import { expectEvent } from './told.ts';

const pageSize = 500;

/** Walks everything that an account has through one process, when nothing is under way any more, and compares all of it. */
export async function verifyAll(storm: Storm, client: Client, process: number): Promise<number> {
  let seen = 0;
  for (const kind of kinds) seen += await verifyRecords(storm, client, process, kind);
  seen += await verifyTasks(storm, client, process);
  for (const kind of kinds) seen += await verifyNotes(storm, client, process, kind);
  return seen;
}

async function verifyRecords(storm: Storm, client: Client, process: number, kind: Kind): Promise<number> {
  const { world } = storm;
  const { account } = client;
  const shown = new Set<number>();
  const began = world.tick + 1;
  for await (const { items, since } of pages(storm, client, process, `${kind}?`)) {
    checkItems(world, account, kind, items, since);
    collect(storm, account, kind, items, shown);
  }
  checkPresence(world, account, kind, account.records[kind].keys(), shown, began);
  return shown.size;
}

async function verifyTasks(storm: Storm, client: Client, process: number): Promise<number> {
  const { account } = client;
  const shown = new Set<number>();
  for await (const { items } of pages(storm, client, process, 'tasks?')) {
    for (const item of items) checkTask(storm.world, account, item);
    collect(storm, account, 'tasks', items, shown);
  }
  for (const { id, element, isDeleted } of account.tasks.values()) {
    if (shown.has(id) === (isDeleted || element.isDeleted)) {
      storm.world.violations.add('wrong tasks', `${account.mark} task ${id} is ${isDeleted ? '' : 'not '}deleted`);
    }
  }
  return shown.size;
}

async function verifyNotes(storm: Storm, client: Client, process: number, kind: Kind): Promise<number> {
  const { account } = client;
  const shown = new Set<number>();
  const byElement = new Map<number, Json[]>();
  for await (const { items } of pages(storm, client, process, `notes?type=${typeWords[kind]}&`)) {
    collect(storm, account, 'notes', items, shown);
    for (const item of items) {
      const found = byElement.get(item.element_id);
      if (found) found.push(item);
      else byElement.set(item.element_id, [item]);
    }
  }
  for (const rec of account.records[kind].values()) {
    checkNotes(storm.world, account, rec, byElement.get(rec.id) ?? [], Number.POSITIVE_INFINITY);
    byElement.delete(rec.id);
  }
  if (byElement.size > 0)
    storm.world.violations.add('wrong notes', `${account.mark} of no known ${kind}: ${[...byElement.keys()]}`);
  return shown.size;
}

async function* pages(
  storm: Storm,
  client: Client,
  process: number,
  list: string,
): AsyncGenerator<{ readonly items: readonly Json[]; readonly since: Tick }> {
  for (let offset = 0; ; offset += pageSize) {
    const path = `/api/v2/${list}limit_rows=${pageSize}&limit_offset=${offset}`;
    const page = await read(storm, client, 'verify', path, process);
    yield page;
    if (page.items.length < pageSize) return;
  }
}

function collect({ world }: Storm, { mark }: Account, what: string, items: readonly Json[], shown: Set<number>): void {
  for (const { id } of items) {
    if (shown.has(id)) world.violations.add('doubled id', `${mark} ${what} ${id} is listed twice`);
    shown.add(id);
  }
}

/**
 * Holds the change log of the contended records against what was acknowledged: each update stands on the one before, each that
 * was acknowledged is there once, none that was refused; and the last one is what is stored.
 */
export async function verifyHubs(storm: Storm, client: Client): Promise<void> {
  for (const rec of client.account.hubs) await verifyHub(storm, client, rec);
}

async function verifyHub(storm: Storm, client: Client, rec: Rec): Promise<void> {
  const { violations } = storm.world;
  const { account } = client;
  const hub = rec.hub!;
  const what = `${account.mark} ${rec.kind} ${rec.id}`;
  const logged = new Set<string>();
  let stored: Json = {};
  let latest = 0;
  for await (const { action, before, after } of logOf(storm, client, rec)) {
    if (after.name === undefined) continue;
    if (action === 'update' && (before.name !== stored.name || before.updated_at > after.updated_at)) {
      violations.add('lost update', `${what}: ${JSON.stringify({ before, after })} stands on ${stored.name}`);
    }
    const write: HubWrite | undefined = hub.writes.get(after.name);
    if (write === undefined || write.outcome === 'refused' || logged.has(after.name)) {
      violations.add('wrong log', `${what}: ${after.name} was ${write?.outcome ?? 'never sent'}, or is there twice`);
    } else if (write.ended < latest) {
      violations.add('wrong log', `${what}: ${after.name} was answered before its forerunner was sent`);
    }
    logged.add(after.name);
    latest = Math.max(latest, write?.began ?? 0);
    // What is equal before and after does not stand in an entry.
    stored = { ...stored, ...after };
    if (write?.outcome !== 'unknown') continue;
    storm.statistics.unknown.logged += 1;
    if (rec.kind === 'companies') {
      expectEvent(account.told, 'update', {
        type: 'company',
        id: rec.id,
        name: after.name,
        updatedAt: write.updatedAt,
      });
    }
  }
  for (const [name, { outcome }] of hub.writes) {
    if (outcome === 'acknowledged' && !logged.has(name))
      violations.add('lost update', `${what}: ${name} is not in the log`);
    if (outcome === 'unknown' && !logged.has(name)) storm.statistics.unknown.unlogged += 1;
  }
  const { items } = await read(storm, client, 'verify', `/api/v2/${rec.kind}?id=${rec.id}`);
  if (items[0]?.name !== stored.name || items[0]?.updated_at !== stored.updated_at) {
    violations.add('lost update', `${what}: ${items[0]?.name} is stored, ${stored.name} was written last`);
  }
}

async function* logOf(storm: Storm, client: Client, { kind, id }: Rec): AsyncGenerator<Json> {
  for (let after = 0; ; ) {
    const { json } = await read(storm, client, 'verify', `/api/kontora/changes?entity=${kind}&id=${id}&after=${after}`);
    if (json.changes.length === 0) return;
    yield* json.changes;
    after = json.after;
  }
}
