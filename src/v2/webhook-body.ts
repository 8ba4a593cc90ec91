import type { Actor } from '../crm/account.ts';
import type { LoggedChange } from '../crm/change-log.ts';
import type { CustomField, FieldValue, StoredValue } from '../crm/custom-field.ts';
import { localTime, utcSeconds } from '../crm/date.ts';
import type { ElementKind } from '../crm/element.ts';
import type { Entity, KindName, Own } from '../crm/entity.ts';
import { dateTypes, listTypes } from '../crm/field-type.ts';
import { entitiesAt, notesAt, tasksAt } from '../crm/history.ts';
import { elementTypeOf } from '../crm/kinds.ts';
import type { Note } from '../crm/note.ts';
import type { ReadTx } from '../crm/store.ts';
import type { Task } from '../crm/task.ts';
import { encodeForm, type FormValue } from '../http/form.ts';

type Form = { readonly [key: string]: FormValue };

/** Companies travel as contacts, told by their type. source: reference §17.3 */
const keys: Readonly<Record<ElementKind, string>> = {
  company: 'contacts',
  contact: 'contacts',
  lead: 'leads',
  customer: 'customers',
  task: 'task',
};

/**
 * What a webhook is told of an event, in the older names: the thing as it was after the change. Undefined when it is gone for good.
 * source: reference §17.3, 17.4
 */
export async function webhookBody(
  tx: ReadTx,
  actor: Actor,
  event: string,
  change: LoggedChange,
  host: string,
): Promise<string | undefined> {
  const action = event.slice(0, event.indexOf('_'));
  const told = await formOf(tx, actor, action, change);
  if (told === undefined) return undefined;
  const [key, item] = told;
  const { id, subdomain } = actor.account;
  return encodeForm({
    [key]: { [action]: [action === 'note' ? { note: item } : item] },
    account: { subdomain, id, _links: { self: host } },
  });
}

async function formOf(
  tx: ReadTx,
  actor: Actor,
  action: string,
  change: LoggedChange,
): Promise<[string, Form] | undefined> {
  const { subject, id, logId } = change;
  const account = actor.account.id;
  if (subject === 'note') {
    const [note] = await notesAt(tx, account, [id], { logId });
    return note && [keys[note.element.kind], noteForm(note, actor)];
  }
  if (action === 'delete') return [keys[subject], { id, type: subject === 'task' ? undefined : subject }];
  if (subject === 'task') {
    const [task] = await tasksAt(tx, account, [id], { logId });
    const [result] = task?.resultNoteId ? await tx.notes(account, [task.resultNoteId]) : [];
    return task && [keys.task, { ...taskForm(task, result, change, actor), ...oldResponsible(action, change) }];
  }
  const [entity] = await entitiesAt(tx, actor, subject, [id], { logId });
  if (entity === undefined) return undefined;
  return [
    keys[subject],
    { ...forms[subject](entity, actor), ...oldResponsible(action, change), ...oldStage(action, change, entity) },
  ];
}

function oldResponsible(action: string, { before }: LoggedChange): Form {
  return action === 'responsible' ? { old_responsible_user_id: Number(before['responsibleUserId']) } : {};
}

function oldStage(action: string, { before }: LoggedChange, { own }: Entity): Form {
  if (action !== 'status') return {};
  const { statusId = own.statusId, pipelineId } = before as Own;
  return { old_status_id: statusId, old_pipeline_id: pipelineId };
}

const forms: Readonly<Record<KindName, (entity: Entity, actor: Actor) => Form>> = {
  company: (entity, actor) => ({
    ...names(entity, actor),
    linked_leads_id: linkedLeads(entity),
    custom_fields: fieldForms(entity.values, actor),
    ...times(entity),
    type: 'company',
  }),
  contact: (entity, actor) => {
    const company = entity.links.find((link) => link.kind === 'company');
    return {
      ...names(entity, actor),
      company_name: company?.name,
      linked_company_id: company?.id,
      linked_leads_id: linkedLeads(entity),
      custom_fields: fieldForms(entity.values, actor),
      ...times(entity),
      type: 'contact',
    };
  },
  lead: (entity, actor) => ({
    id: entity.id,
    name: entity.name,
    status_id: entity.own.statusId,
    // An empty budget is an empty text. source: reference §17.3
    price: entity.own.sale || '',
    responsible_user_id: entity.responsibleUserId,
    ...people(entity),
    pipeline_id: entity.own.pipelineId,
    account_id: actor.account.id,
    custom_fields: fieldForms(entity.values, actor),
    ...times(entity),
  }),
  customer: (entity, actor) => ({
    ...names(entity, actor),
    next_price: entity.own.nextPrice,
    next_date: entity.own.nextDate,
    periodicity: entity.own.periodicity,
    account_id: actor.account.id,
    custom_fields: fieldForms(entity.values, actor),
    ...times(entity),
  }),
};

function names(entity: Entity, actor: Actor): Form {
  return {
    id: entity.id,
    name: entity.name,
    responsible_user_id: entity.responsibleUserId,
    group_id: groupOf(entity.responsibleUserId, actor),
    ...people(entity),
  };
}

function people(entity: Entity): Form {
  return {
    date_create: entity.createdAt,
    last_modified: entity.updatedAt,
    created_user_id: entity.createdBy,
    modified_user_id: entity.updatedBy,
  };
}

function times({ createdAt, updatedAt }: Entity): Form {
  return { created_at: createdAt, updated_at: updatedAt };
}

function linkedLeads({ links }: Entity): Form {
  const leads = links.filter((link) => link.kind === 'lead');
  return Object.fromEntries(leads.map(({ id }) => [id, { ID: id }]));
}

function groupOf(userId: number, { settings }: Actor): number {
  return settings.users.get(userId)?.groupId ?? 0;
}

function fieldForms(values: readonly FieldValue[], { account, settings }: Actor): Form[] {
  return values.flatMap(({ fieldId, values: stored }): Form[] => {
    const field = settings.fields.get(fieldId);
    if (field === undefined) return [];
    const code = field.code || undefined;
    return [
      {
        id: field.id,
        name: field.name,
        code,
        values: stored.map((value) => valueForm(value, field, account.timezone)),
      },
    ];
  });
}

/** source: reference §17.4: dates are bare unix seconds */
function valueForm({ value, enumId, subtype }: StoredValue, field: CustomField, timezone: string): FormValue {
  if (dateTypes.has(field.type)) return utcSeconds(String(value), timezone);
  const text = listTypes.has(field.type) ? field.enums.find((option) => option.id === enumId)?.value : value;
  return { value: text as FormValue, enum: enumId, subtype };
}

/** Dates are texts in the account's time zone. doc: webhooks */
function taskForm(task: Task, result: Note | undefined, { before, after }: LoggedChange, { account }: Actor): Form {
  const closed = before['isCompleted'] === false && after['isCompleted'] === true;
  return {
    id: task.id,
    element_id: task.element?.id ?? 0,
    element_type: task.element ? elementTypeOf(task.element.kind) : 0,
    task_type: task.taskType,
    date_create: localTime(task.createdAt, account.timezone),
    text: task.text,
    status: Number(task.isCompleted),
    account_id: account.id,
    created_user_id: task.createdBy,
    last_modified: localTime(task.updatedAt, account.timezone),
    responsible_user_id: task.responsibleUserId,
    complete_till: localTime(task.completeTill, account.timezone),
    action_close: Number(closed),
    result: result && { id: result.id, text: result.text },
    created_at: task.createdAt,
    updated_at: task.updatedAt,
  };
}

/** A note without a text of its own has its params there, as JSON. source: reference §17.3 */
function noteForm(note: Note, actor: Actor): Form {
  const { timezone, id } = actor.account;
  return {
    id: note.id,
    note_type: note.noteType,
    element_type: elementTypeOf(note.element.kind),
    element_id: note.element.id,
    text: note.params ? JSON.stringify(note.params) : note.text,
    account_id: id,
    date_create: localTime(note.createdAt, timezone),
    timestamp_x: localTime(note.updatedAt, timezone),
    created_by: note.createdBy,
    modified_by: note.updatedBy,
    main_user_id: note.responsibleUserId,
    group_id: groupOf(note.responsibleUserId, actor),
    created_at: note.createdAt,
    updated_at: note.updatedAt,
  };
}
