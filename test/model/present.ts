import { empty, hrefTo, type Json, linksTo, self } from './answers.ts';
import { elementTypes, type Kind, paths } from './kinds.ts';
import { sees } from './rights.ts';
import { type Account, findRecord, type Note, type Rec, type Stored, type Task, type User } from './state.ts';

/** Records, tasks and notes as lists show them. doc: companies; source: reference §4.7, 5.4, 8, 9.3, 10.2, 11.2, 12.2 */

export function presentRecord(account: Account, user: User, rec: Rec, words: readonly string[] = []): Json {
  const { own } = rec;
  const links = (kind: Kind) => presentLinks(account, kind, neighbours(account, user, rec, kind));
  const head = {
    id: rec.id,
    name: rec.name,
    ...(rec.kind === 'contact' && { first_name: own.firstName, last_name: own.lastName }),
    responsible_user_id: rec.responsible,
    created_by: rec.createdBy,
    created_at: rec.createdAt,
    updated_at: rec.updatedAt,
    account_id: account.id,
  };
  const updated = { updated_by: rec.updatedBy };
  const group = { group_id: account.users.get(rec.responsible)?.groupId ?? 0 };
  const closest = { closest_task_at: closestTaskAt(account, rec) };
  const tags = {
    tags:
      rec.tags.length > 0 ? rec.tags.map((id) => ({ id, name: account.tags.get(id)!.name })) : empty(account.profile),
  };
  const fields = { custom_fields: presentValues(account, rec) };
  const end = { _links: linksTo(paths[rec.kind], [rec.id]) };
  switch (rec.kind) {
    case 'company':
      return {
        ...{ ...head, ...updated, ...group, leads: links('lead'), ...closest, ...tags, ...fields },
        ...{ contacts: links('contact'), customers: links('customer'), ...end },
      };
    case 'contact':
      return {
        ...{ ...head, ...updated, ...group, company: presentCompany(account, user, rec), leads: links('lead') },
        ...{ ...closest, ...tags, ...fields, customers: links('customer'), ...end },
      };
    case 'lead':
      return {
        ...{ ...head, pipeline_id: own.pipeline, loss_reason_id: own.lossReason, is_deleted: false },
        ...{ main_contact: presentMainContact(account, user, rec), ...group },
        ...{ company: presentCompany(account, user, rec), closed_at: own.closedAt, ...closest, ...tags, ...fields },
        ...{ status_id: own.status, sale: own.sale, contacts: links('contact') },
        ...{ pipeline: { id: own.pipeline, _links: linksTo('pipelines', [own.pipeline!]) }, ...end },
        ...extras(rec, words),
      };
    case 'customer':
      return {
        ...{ ...head, ...updated, is_deleted: false, main_contact: presentMainContact(account, user, rec), ...tags },
        ...{ ...fields, contacts: links('contact'), company: presentCompany(account, user, rec) },
        ...{ next_price: own.nextPrice, ...closest, period_id: own.period, periodicity: own.periodicity },
        ...{ next_date: own.nextDate, ...end },
      };
  }
}

/** Every account begins with these. docs: contacts-leads-customers */
export const lossReasons: ReadonlyMap<number, string> = new Map([
  [1, 'Слишком дорого'],
  [2, 'Пропала потребность'],
  [3, 'Не устроили условия'],
  [4, 'Выбрали других'],
]);

/** What `with` adds to leads. docs: contacts-leads-customers */
function extras({ own }: Rec, words: readonly string[]): object {
  return {
    ...(words.includes('is_price_modified_by_robot') && { is_price_modified_by_robot: false }),
    ...(words.includes('loss_reason_name') && { loss_reason_name: lossReasons.get(own.lossReason ?? 0) ?? '' }),
    ...(words.includes('catalog_elements_links') && { _embedded: { catalog_elements_links: [] } }),
  };
}

/** The other ends that he sees, in the order in which they were linked. */
export function neighbours(account: Account, user: User, { kind, id }: Rec, other: Kind): number[] {
  const is = (ref: { kind: Kind; id: number }) => ref.kind === kind && ref.id === id;
  return account.links
    .flatMap(([one, two]) => (is(one) ? [two] : is(two) ? [one] : []))
    .filter((end) => end.kind === other && sees(account, user, findRecord(account, end)))
    .map((end) => end.id);
}

function presentLinks({ profile }: Account, kind: Kind, ids: readonly number[]): Json {
  return ids.length > 0 ? { id: ids, _links: linksTo(paths[kind], ids) } : empty(profile);
}

function presentCompany(account: Account, user: User, rec: Rec): Json {
  const [id] = neighbours(account, user, rec, 'company');
  if (id === undefined) return empty(account.profile);
  return { id, name: account.records.company.get(id)!.name, _links: linksTo('companies', [id]) };
}

function presentMainContact(account: Account, user: User, rec: Rec): Json {
  const [id] = neighbours(account, user, rec, 'contact');
  return id === undefined ? empty(account.profile) : { id, _links: linksTo('contacts', [id]) };
}

/** When the nearest open task is due; 0: there is none. docs: tasks */
export function closestTaskAt(account: Account, { kind, id }: Rec): number {
  const open = [...account.tasks.values()].filter(
    (task) => task.element?.kind === kind && task.element.id === id && !task.isCompleted && !task.isDeleted,
  );
  return open.length > 0 ? Math.min(...open.map(({ till }) => till)) : 0;
}

function presentValues(account: Account, { values }: Rec): Json {
  const shown = [...values].flatMap(([fieldId, stored]) => {
    const field = account.fields.find(({ id }) => id === fieldId);
    if (field === undefined) return [];
    const { id, name, type, code, isSystem } = field;
    const recorded = account.profile === 'recorded' && { type_id: type, ...(isSystem && { code }) };
    const texts = stored.map((value) => presentValue(value, field, account.profile));
    return [{ id, name, ...recorded, values: texts, is_system: isSystem }];
  });
  return shown.length > 0 ? shown : empty(account.profile);
}

function presentValue({ value, option, part }: Stored, { options }: Account['fields'][number], profile: string): Json {
  return {
    value: value ?? options.find(({ id }) => id === option)!.value,
    ...(option !== undefined && { enum: profile === 'documented' ? String(option) : option }),
    ...(part !== undefined && { subtype: String(part) }),
  };
}

export function presentTask(account: Account, task: Task): Json {
  const result = account.notes.get(task.result);
  return {
    ...common(account, task),
    element_type: task.element ? elementTypes[task.element.kind] : 0,
    element_id: task.element?.id ?? 0,
    is_completed: task.isCompleted,
    task_type: task.type,
    complete_till_at: task.till,
    text: task.text,
    result: result
      ? { id: result.id, text: result.text, _links: self(`${hrefTo('notes', [result.id])}&type=task`) }
      : empty(account.profile),
    _links: linksTo('tasks', [task.id]),
  };
}

export function presentNote(account: Account, note: Note): Json {
  return {
    ...common(account, note),
    is_editable: note.type === 4,
    element_id: note.element.id,
    element_type: elementTypes[note.element.kind],
    attachment: '',
    note_type: note.type,
    ...(note.params ? { params: note.params } : { text: note.text }),
    _links: self(`${hrefTo('notes', [note.id])}&type=${note.element.kind}`),
  };
}

function common(account: Account, { id, responsible, createdBy, createdAt, updatedAt }: Task | Note): object {
  return {
    id,
    responsible_user_id: responsible,
    created_by: createdBy,
    created_at: createdAt,
    updated_at: updatedAt,
    account_id: account.id,
    group_id: account.users.get(responsible)?.groupId ?? 0,
  };
}
