import {
  type Account,
  addRecord,
  checkItems,
  contactsOfLead,
  elementTypes,
  endHubWrite,
  type HubWrite,
  type Json,
  type Kind,
  kinds,
  linkPair,
  linksOf,
  type Rec,
  setCompany,
  type Task,
  typeWords,
  unlinkPair,
  type World,
} from './oracle.ts';
import type { Random } from './random.ts';
import { type Client, change, read, type Storm, write } from './storm.ts';
import { type Action, expectEvent } from './told.ts';

/** Everything that clients do to records, each with what it makes of the oracle. */

const mostLinks = 300;
/** In larger batches nothing is linked with a lead: together they could pass its limit. */
const linkingBatch = 20;

export async function add(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const kind = random.pick(kinds);
  const size = random.chance(0.004) ? 250 : random.chance(0.2) ? 1 + random.whole(20) : 1 + random.whole(3);
  const batch = `b${nextWord(world)}e`;
  const drafts = Array.from({ length: size }, () => {
    const draft = { ...newFields(world, account, random, kind), kind, updatedAt: nextTime(world) };
    const name = `${draft.name} ${batch}`;
    const company = kind !== 'companies' && random.chance(0.4) ? pickCompany(client) : undefined;
    const others =
      kind === 'companies' || size > linkingBatch || random.chance(0.6)
        ? []
        : pickSome(client, kind === 'leads' ? 'contacts' : 'leads', 2);
    return { draft: { ...draft, name }, company, others: others.filter((other) => mayLink(other)) };
  });
  const items = drafts.map(({ draft, company, others }) => ({
    ...itemOf(account, draft, kind),
    updated_at: draft.updatedAt,
    created_at: 1_700_000_000,
    ...(company && { company_id: company.id }),
    ...(others.length > 0 && { [kind === 'leads' ? 'contacts_id' : 'leads_id']: others.map(({ id }) => id) }),
  }));
  account.adding += 1;
  await change(storm, client, {
    sort: 'add',
    operations: size,
    path: `/api/v2/${kind}`,
    body: { add: items },
    touched: drafts.flatMap(({ company, others }) => [company ?? [], others].flat()),
    probe: () =>
      findAdded(
        storm,
        client,
        kind,
        batch,
        drafts.map(({ draft }) => draft.name),
      ),
    apply: (answered) => {
      if (answered.length !== size) {
        return world.violations.add(
          'wrong answer',
          `${account.mark} ${size} ${kind} added, ${answered.length} answered`,
        );
      }
      for (const [place, { draft, company, others }] of drafts.entries()) {
        const rec = addRecord(world, account, { ...draft, id: answered[place].id }, false);
        if (company) setCompany(rec, company);
        for (const other of others) linkPair(rec, other);
        client.own[kind].push(rec);
        tell(account, 'add', rec);
      }
    },
  });
  account.adding -= 1;
}

/** A batch of which no answer came is there whole, found by its word, or not at all. */
async function findAdded(
  storm: Storm,
  client: Client,
  kind: Kind,
  batch: string,
  names: readonly string[],
): Promise<readonly Json[] | undefined> {
  const { items } = await read(storm, client, 'find out', `/api/v2/${kind}?query=${batch}`);
  if (items.length === 0) return undefined;
  const found = new Map(items.map((item) => [item.name, item]));
  if (items.length !== names.length || names.some((name) => !found.has(name))) {
    storm.world.violations.add(
      'half a batch',
      `${client.account.mark} ${kind} ${batch}: ${items.length} of ${names.length}`,
    );
    return undefined;
  }
  return names.map((name) => found.get(name));
}

/** Several records of the client's own are changed in one batch. */
export async function update(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const kind = random.pick(kinds);
  const size = random.chance(0.005) ? 200 : 1 + random.whole(random.chance(0.2) ? 20 : 4);
  const records = pickSome(client, kind, size);
  if (records.length === 0) return add(storm, client);
  const plans = records.map((rec) => planUpdate(world, client, rec, records.length <= linkingBatch));
  const first = plans[0]!;
  await change(storm, client, {
    sort: 'update',
    operations: records.length,
    path: `/api/v2/${kind}`,
    body: { update: plans.map(({ item }) => item) },
    touched: plans.flatMap(({ touched }) => touched),
    probe: () => probeUpdate(storm, client, records[0]!, { updated_at: first.item.updated_at }),
    apply: (_items, json) => {
      if (json)
        checkUpdated(
          world,
          account,
          json,
          plans.map(({ item }) => item),
        );
      for (const plan of plans) plan.apply();
    },
  });
}

/** Whether a record shows what was written. */
async function probeUpdate(storm: Storm, client: Client, { kind, id }: Rec, wanted: Json): Promise<Json[] | undefined> {
  const { items } = await read(storm, client, 'find out', `/api/v2/${kind}?id=${id}`);
  return items.length === 1 && Object.keys(wanted).every((key) => items[0][key] === wanted[key]) ? [] : undefined;
}

function checkUpdated({ violations }: World, { mark }: Account, json: Json, sent: readonly Json[]): void {
  const { items, errors } = json._embedded;
  const told = items.map(({ id, updated_at }: Json) => `${id} ${updated_at}`).join();
  if (errors || told !== sent.map(({ id, updated_at }) => `${id} ${updated_at}`).join()) {
    violations.add(
      'update refused',
      `${mark} sent ${JSON.stringify(sent)}, answered ${JSON.stringify({ items, errors })}`,
    );
  }
}

interface UpdatePlan {
  readonly item: Json;
  readonly touched: Rec[];
  readonly apply: () => void;
}

function planUpdate(world: World, client: Client, rec: Rec, mayLinkIt: boolean): UpdatePlan {
  const { account, random } = client;
  const updatedAt = nextTime(world);
  const fields = newFields(world, account, random, rec.kind);
  const keys = (Object.keys(fields) as (keyof Fields)[]).filter(() => random.chance(0.4));
  const changed: Partial<Fields> = Object.fromEntries(keys.map((key) => [key, fields[key]]));
  const item: Json = { id: rec.id, updated_at: updatedAt, ...itemOf(account, changed, rec.kind) };
  const links = mayLinkIt && random.chance(0.3) ? planLinks(client, rec) : undefined;
  Object.assign(item, links?.item);
  const apply = () => {
    const moved = changed.status !== undefined && changed.status !== rec.status;
    if (moved) rec.moves += 1;
    Object.assign(rec, changed, { updatedAt });
    links?.apply();
    tell(account, 'update', rec);
  };
  return { item, touched: [rec, ...(links?.touched ?? [])], apply };
}

/** Links, or takes a link away, from whichever end the record is. */
function planLinks(client: Client, rec: Rec): UpdatePlan | undefined {
  const { random } = client;
  if (rec.kind === 'companies') {
    const kind = random.pick(['contacts', 'leads'] as const);
    const linked = [...(rec.links ?? [])].filter((other) => other.kind === kind && !other.isDeleted && !other.hub);
    if (linked.length > 0 && random.chance(0.4)) return unlinkPlan(rec, random.pick(linked), kind);
    const others = pickSome(client, kind, 3);
    if (others.length === 0 || linksOf(rec).size > mostLinks) return undefined;
    return {
      item: { [`${kind}_id`]: others.map(({ id }) => id) },
      touched: others.flatMap((other) => [other, other.company ?? []].flat()),
      apply: () => {
        for (const other of others) setCompany(other, rec);
      },
    };
  }
  const kind = rec.kind === 'contacts' ? 'leads' : 'contacts';
  const linked = [...(rec.links ?? [])].filter((other) => !other.isDeleted && !other.hub);
  if (linked.length > 0 && random.chance(0.4)) return unlinkPlan(rec, random.pick(linked), kind);
  if (random.chance(0.5)) {
    const company = pickCompany(client);
    if (company === undefined) return undefined;
    return {
      item: { company_id: company.id },
      touched: [company, rec.company ?? []].flat(),
      apply: () => setCompany(rec, company),
    };
  }
  const [other] = pickSome(client, kind, 1);
  if (other === undefined || !mayLink(other) || !mayLink(rec)) return undefined;
  return { item: { [`${kind}_id`]: [other.id] }, touched: [other], apply: () => linkPair(rec, other) };
}

function unlinkPlan(rec: Rec, other: Rec, kind: Kind): UpdatePlan {
  return {
    item: { unlink: { [`${kind}_id`]: [other.id] } },
    touched: [other],
    apply: () => {
      // An item before it in the batch may have moved it to another company.
      if (rec.kind !== 'companies') unlinkPair(rec, other);
      else if (other.company === rec) setCompany(other, null);
    },
  };
}

/** Few enough that no batch reaches the limit of a lead. */
function mayLink(rec: Rec): boolean {
  return linksOf(rec).size < contactsOfLead - 20;
}

/** An update that knows an older state must be refused; one with the very same `updated_at` counts. */
export async function updateByRule(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const [rec] = pickSome(client, random.pick(kinds), 1);
  if (rec === undefined) return add(storm, client);
  const isOld = random.chance(0.7);
  const { name } = newFields(world, account, random, rec.kind);
  const item = { id: rec.id, updated_at: rec.updatedAt - (isOld ? 1 + random.whole(1000) : 0), name };
  await change(storm, client, {
    sort: isOld ? 'stale update' : 'update of the same second',
    operations: 1,
    path: `/api/v2/${rec.kind}`,
    body: { update: [item] },
    touched: [rec],
    // A stale one is not written, whether it was heard or not.
    probe: async () => (isOld ? undefined : probeUpdate(storm, client, rec, { name })),
    apply: (_items, json) => {
      if (!isOld) {
        if (json) checkUpdated(world, account, json, [item]);
        rec.name = name;
        return tell(account, 'update', rec);
      }
      if (!/older than in database/.test(json._embedded.errors?.update?.[rec.id])) {
        world.violations.add('older update accepted', `${account.mark} ${rec.kind} ${rec.id}: ${JSON.stringify(item)}`);
      }
    },
  });
}

/** Read, change, write of a record that others change at the same time. */
export async function race(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const rec = random.pick(account.hubs);
  const hub = rec.hub!;
  const { items, since } = await read(storm, client, 'get contended', `/api/v2/${rec.kind}?id=${rec.id}`);
  checkItems(world, account, rec.kind, items, since);
  if (items.length !== 1)
    return world.violations.add('record missing', `${account.mark} contended ${rec.kind} ${rec.id}`);
  const updatedAt = items[0].updated_at + random.pick([-1, 0, 1, 1, 1, 2]);
  const name = `${account.mark} k${nextWord(world)}m`;
  world.tick += 1;
  const entry: HubWrite = { updatedAt, began: world.tick, ended: Number.POSITIVE_INFINITY, outcome: 'open' };
  hub.writes.set(name, entry);
  const ceiling = hub.ceiling;
  hub.ceiling = Math.max(ceiling, updatedAt);
  const body = { update: [{ id: rec.id, updated_at: updatedAt, name }] };
  const written = await write(storm, client, 'update contended', 1, `/api/v2/${rec.kind}`, body);
  const what = `${account.mark} ${rec.kind} ${rec.id} ${name}`;
  if (written === 'unknown') return endHubWrite(world, hub, entry, 'unknown', what);
  const isRefused = written.json._embedded?.errors !== undefined;
  endHubWrite(world, hub, entry, isRefused ? 'refused' : 'acknowledged', what);
  if (!isRefused) tell(account, 'update', { ...rec, name, updatedAt });
}

/** All want to be linked with one lead, which takes forty. */
export async function crowd(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const lead = account.hubs.find(({ kind }) => kind === 'leads')!;
  const hub = lead.hub!;
  const [contact] = pickSome(client, 'contacts', 1);
  if (contact === undefined) return add(storm, client);
  const isLinked = contact.links?.has(lead) ?? false;
  if (!isLinked && linksOf(lead).size >= contactsOfLead && random.chance(0.7)) {
    // A full lead takes nobody: somebody has to leave.
    const linked = client.own.contacts.find((other) => other.links?.has(lead));
    if (linked) return link(linked, true);
  }
  return link(contact, isLinked);

  async function link(from: Rec, isLeaving: boolean): Promise<void> {
    const updatedAt = nextTime(world);
    const how = isLeaving ? { unlink: { leads_id: [lead.id] } } : { leads_id: [lead.id] };
    const most = linksOf(lead).size + hub.linking;
    const begun = hub.linksBegun;
    if (!isLeaving) {
      hub.linking += 1;
      hub.linksBegun += 1;
    }
    const status = await change(storm, client, {
      sort: 'link to a lead with a limit',
      operations: 1,
      path: '/api/v2/contacts',
      body: { update: [{ id: from.id, updated_at: updatedAt, ...how }] },
      touched: [from, lead],
      refusals: isLeaving ? [] : [400],
      probe: () => probeUpdate(storm, client, from, { updated_at: updatedAt }),
      apply: () => {
        from.updatedAt = updatedAt;
        if (isLeaving) unlinkPair(from, lead);
        else linkPair(from, lead);
        tell(account, 'update', from);
      },
    });
    if (!isLeaving) hub.linking -= 1;
    const possible = most + hub.linksBegun - begun - 1;
    if (status === 400 && possible < contactsOfLead) {
      world.violations.add('link refused', `${account.mark} lead ${lead.id} can have ${possible} contacts at most`);
    }
  }
}

export async function remove(storm: Storm, client: Client): Promise<void> {
  const { account, random } = client;
  const kind = random.pick(kinds);
  const records = pickSome(client, kind, 1 + random.whole(3)).filter(
    (rec) => ![...(rec.links ?? [])].some(({ hub }) => hub),
  );
  if (records.length === 0) return update(storm, client);
  const ids = records.map(({ id }) => id);
  const multiactionTypes = { companies: 3, contacts: 17, leads: 2 };
  const call = random.chance(0.5)
    ? { path: `/ajax/${kind}/multiple/delete`, body: { ACTION: 'DELETE', ID: ids } }
    : multiaction(multiactionTypes[kind], ids);
  await change(storm, client, {
    sort: 'delete',
    operations: records.length,
    ...call,
    touched: records.flatMap(neighbourhood),
    probe: async () =>
      (await read(storm, client, 'find out', `/api/v2/${kind}?id=${ids}`)).items.length === 0 ? [] : undefined,
    apply: () => {
      for (const rec of records) {
        rec.isDeleted = true;
        client.own[kind].splice(client.own[kind].indexOf(rec), 1);
        client.bin.push(rec);
        tell(account, 'delete', rec);
      }
    },
  });
}

export async function restore(storm: Storm, client: Client): Promise<void> {
  const { account, random, bin } = client;
  if (bin.length === 0) return update(storm, client);
  const rec = random.pick(bin);
  await change(storm, client, {
    sort: 'restore',
    operations: 1,
    path: '/api/kontora/bin/restore',
    body: { [rec.kind]: [rec.id] },
    touched: neighbourhood(rec),
    probe: async () =>
      (await read(storm, client, 'find out', `/api/v2/${rec.kind}?id=${rec.id}`)).items.length === 1 ? [] : undefined,
    apply: (_items, json) => {
      if (json && json[rec.kind]?.[0] !== rec.id) {
        storm.world.violations.add('not restored', `${account.mark} ${rec.kind} ${rec.id}: ${JSON.stringify(json)}`);
      }
      rec.isDeleted = false;
      bin.splice(bin.indexOf(rec), 1);
      client.own[rec.kind].push(rec);
      tell(account, 'restore', rec);
    },
  });
}

function neighbourhood(rec: Rec): Rec[] {
  return [rec, rec.company ?? [], [...(rec.links ?? [])]].flat();
}

function multiaction(entity_type: number, ids: readonly number[]): { path: string; body: object } {
  const action = { entity_type, multiaction_type: 4, data: { data: { ACTION: 'DELETE' } }, ids };
  return { path: '/ajax/v1/multiactions/set', body: { request: { multiactions: { add: [action] } } } };
}

export async function addTasks(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const rec = pickElement(client);
  if (rec === undefined) return add(storm, client);
  const drafts = Array.from({ length: 1 + random.whole(2) }, () => ({
    text: `${account.mark} k${nextWord(world)}m`,
    till: 1_900_000_000 + random.whole(1_000_000),
    updatedAt: nextTime(world),
  }));
  const element = { element_id: rec.id, element_type: elementTypes[rec.kind] };
  await change(storm, client, {
    sort: 'add tasks',
    operations: drafts.length,
    path: '/api/v2/tasks',
    body: {
      add: drafts.map(({ text, till, updatedAt }) => ({
        ...element,
        text,
        complete_till_at: till,
        updated_at: updatedAt,
      })),
    },
    touched: [rec],
    probe: () => findTexts(storm, client, `tasks?type=${typeWords[rec.kind]}&element_id=${rec.id}`, drafts),
    apply: (items) => {
      for (const [place, draft] of drafts.entries()) {
        const { id } = items[place];
        if (account.tasks.has(id)) world.violations.add('doubled id', `${account.mark} task ${id} was given before`);
        const task: Task = { ...draft, id, element: rec, isCompleted: false, isDeleted: false };
        account.tasks.set(id, task);
        rec.tasks.push(task);
        client.tasks.push(task);
      }
    },
  });
}

/** Things with these texts, looked for page by page. */
async function findTexts(
  storm: Storm,
  client: Client,
  list: string,
  drafts: readonly { readonly text: string }[],
): Promise<readonly Json[] | undefined> {
  const found = new Map<string, Json>();
  for (let offset = 0; ; offset += 500) {
    const { items } = await read(storm, client, 'find out', `/api/v2/${list}&limit_rows=500&limit_offset=${offset}`);
    for (const item of items) found.set(item.text, item);
    if (items.length < 500) break;
  }
  const there = drafts.flatMap(({ text }) => found.get(text) ?? []);
  return there.length === drafts.length ? there : undefined;
}

export async function updateTask(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const task = pickTask(client);
  if (task === undefined) return addTasks(storm, client);
  const next = {
    updatedAt: nextTime(world),
    text: `${account.mark} k${nextWord(world)}m`,
    till: random.chance(0.5) ? 1_900_000_000 + random.whole(1_000_000) : task.till,
    isCompleted: random.chance(0.5) ? !task.isCompleted : task.isCompleted,
  };
  const item = { id: task.id, updated_at: next.updatedAt, text: next.text };
  await change(storm, client, {
    sort: 'update task',
    operations: 1,
    path: '/api/v2/tasks',
    body: { update: [{ ...item, complete_till_at: next.till, is_completed: next.isCompleted }] },
    touched: [task.element],
    probe: async () => {
      const { items } = await read(storm, client, 'find out', `/api/v2/tasks?id=${task.id}`);
      return items[0]?.text === next.text ? [] : undefined;
    },
    apply: (_items, json) => {
      if (json) checkUpdated(world, account, json, [item]);
      Object.assign(task, next);
    },
  });
}

export async function removeTask(storm: Storm, client: Client): Promise<void> {
  const task = pickTask(client);
  if (task === undefined) return addTasks(storm, client);
  await change(storm, client, {
    sort: 'delete task',
    operations: 1,
    ...multiaction(4, [task.id]),
    touched: [task.element],
    probe: async () =>
      (await read(storm, client, 'find out', `/api/v2/tasks?id=${task.id}`)).items.length === 0 ? [] : undefined,
    apply: () => {
      task.isDeleted = true;
      client.tasks.splice(client.tasks.indexOf(task), 1);
    },
  });
}

export async function addNote(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account } = client;
  const rec = pickElement(client);
  if (rec === undefined) return add(storm, client);
  const draft = { text: `${account.mark} k${nextWord(world)}m`, updatedAt: nextTime(world) };
  const element = { element_id: rec.id, element_type: elementTypes[rec.kind] };
  await change(storm, client, {
    sort: 'add note',
    operations: 1,
    path: '/api/v2/notes',
    body: { add: [{ ...element, note_type: 4, text: draft.text, updated_at: draft.updatedAt }] },
    touched: [rec],
    probe: () => findTexts(storm, client, `notes?type=${typeWords[rec.kind]}&element_id=${rec.id}`, [draft]),
    apply: ([{ id }]) => {
      if (account.notes.has(id)) world.violations.add('doubled id', `${account.mark} note ${id} was given before`);
      const note = { ...draft, id, element: rec };
      account.notes.set(id, note);
      rec.notes.push(note);
    },
  });
}

export async function updateNote(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  const rec = pickSome(client, random.pick(kinds), 8).find(({ notes }) => notes.length > 0);
  if (rec === undefined) return addNote(storm, client);
  const note = random.pick(rec.notes);
  const next = { text: `${account.mark} k${nextWord(world)}m`, updatedAt: nextTime(world) };
  const item = { id: note.id, updated_at: next.updatedAt, text: next.text };
  await change(storm, client, {
    sort: 'update note',
    operations: 1,
    path: '/api/v2/notes',
    body: { update: [item] },
    touched: [rec],
    probe: async () => {
      const { items } = await read(
        storm,
        client,
        'find out',
        `/api/v2/notes?type=${typeWords[rec.kind]}&id=${note.id}`,
      );
      return items[0]?.text === next.text ? [] : undefined;
    },
    apply: (_items, json) => {
      if (json) checkUpdated(world, account, json, [item]);
      Object.assign(note, next);
    },
  });
}

/** The contended records of an account, on which all of its clients race. */
export async function addHubs(storm: Storm, client: Client): Promise<void> {
  const { world } = storm;
  const { account, random } = client;
  for (const [kind, count] of [
    ['companies', 6],
    ['leads', 2],
  ] as const) {
    const drafts = Array.from({ length: count }, () => ({
      ...newFields(world, account, random, kind),
      kind,
      updatedAt: nextTime(world),
    }));
    const add = drafts.map((draft) => ({ ...itemOf(account, draft, kind), updated_at: draft.updatedAt }));
    const written = await write(storm, client, 'add', count, `/api/v2/${kind}`, { add });
    if (written === 'unknown') throw new Error('the contended records were not added');
    for (const [place, draft] of drafts.entries()) {
      const rec = addRecord(world, account, { ...draft, id: written.json._embedded.items[place].id }, true);
      tell(account, 'add', rec);
    }
  }
}

type Fields = Pick<Rec, 'name' | 'tags' | 'phone' | 'sale' | 'status'>;

/** What a record may be given; kinds without a phone, a budget or a stage leave them as they are. */
function newFields(world: World, account: Account, random: Random, kind: Kind): Fields {
  // New names come up for all clients at the same time: each must become one tag.
  const fresh = `н${account.number}-${Math.floor(world.time / 300)}`;
  const tags = Array.from({ length: random.whole(4) }, () => (random.chance(0.2) ? fresh : `т${random.whole(50)}`));
  const isLead = kind === 'leads';
  return {
    name: `${account.mark} k${nextWord(world)}m Имя`,
    tags: [...new Set(tags)].sort(),
    phone: isLead || random.chance(0.3) ? '' : `+7${String(9_000_000_000 + nextWord(world))}`,
    sale: isLead ? 1 + random.whole(1_000_000) : 0,
    status: isLead ? random.pick(account.statuses) : 0,
  };
}

/** As a request says it. */
function itemOf(account: Account, { name, tags, phone, sale, status }: Partial<Fields>, kind: Kind): object {
  const values = phone ? [{ value: phone, enum: 'WORK' }] : [];
  return {
    ...(name !== undefined && { name }),
    ...(tags !== undefined && { tags: tags.join(', ') }),
    ...(phone !== undefined && kind !== 'leads' && { custom_fields: [{ id: account.phoneField, values }] }),
    ...(sale !== undefined && kind === 'leads' && { sale }),
    ...(status !== undefined && kind === 'leads' && { status_id: status }),
  };
}

function tell(account: Account, action: Action, { kind, id, name, updatedAt }: Rec): void {
  if (kind === 'leads') return;
  expectEvent(account.told, action, { type: kind === 'companies' ? 'company' : 'contact', id, name, updatedAt });
}

function nextTime(world: World): number {
  world.time += 1;
  return world.time;
}

function nextWord(world: World): number {
  world.word += 1;
  return world.word;
}

/** Different ones of the client's own, not deleted. */
export function pickSome({ own, random }: Client, kind: Kind, most: number): Rec[] {
  const list = own[kind];
  if (list.length === 0) return [];
  return [...new Set(Array.from({ length: Math.min(most, list.length) }, () => random.pick(list)))];
}

/** One of its own, or one of all. */
function pickCompany(client: Client): Rec | undefined {
  const { account, random } = client;
  if (random.chance(0.3)) {
    const company = random.pick(account.hubs.filter(({ kind }) => kind === 'companies'));
    if (linksOf(company).size < mostLinks) return company;
  }
  return pickSome(client, 'companies', 1)[0];
}

function pickElement(client: Client): Rec | undefined {
  const { account, random } = client;
  return random.chance(0.2) ? random.pick(account.hubs) : pickSome(client, random.pick(kinds), 1)[0];
}

function pickTask({ tasks, random }: Client): Task | undefined {
  // Old ones are left to themselves.
  if (tasks.length > 200) tasks.splice(0, 100);
  const found = tasks.length > 0 ? random.pick(tasks) : undefined;
  return found?.element.isDeleted ? undefined : found;
}
