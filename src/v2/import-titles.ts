import type { KindName } from '../crm/entity.ts';
import { kinds } from '../crm/kinds.ts';
import { fold } from '../crm/text.ts';

/** How a column of the record itself is read. */
export type ReadAs =
  | 'text'
  | 'ids'
  | 'number'
  | 'time'
  | 'user'
  | 'creator'
  | 'tags'
  | 'pipeline'
  | 'status'
  | 'lossReason'
  | 'companyName'
  | 'contactName'
  | 'kind'
  | 'nothing';

export interface OwnColumn {
  /** Its name, as the API calls it where the API has it. */
  readonly key: string;
  readonly reading: ReadAs;
  /** What amoCRM's own export calls it. Matched before custom fields. */
  readonly titles: readonly string[];
  /** What people call it. A custom field of that name goes before. */
  readonly also?: readonly string[];
}

/**
 * The columns that the records themselves have, without custom fields. Letter case, ё, blanks and a trailing `*` or `:` do not matter.
 * source: headers of amoCRM's CSV exports of contacts, companies and leads, as public programs that read them list them
 */
export function ownColumns(kind: KindName): readonly OwnColumn[] {
  return [...common, ...links.filter(({ kinds: those }) => those.includes(kind)), ...columns[kind]];
}

const nothing = (key: string, ...titles: string[]): OwnColumn => ({ key, reading: 'nothing', titles });

/** The column that an import adds to its rejects. */
export const refusedTitle = 'Ошибка импорта';

const common: readonly OwnColumn[] = [
  { key: 'id', reading: 'text', titles: ['ID'] },
  {
    key: 'responsible_user_id',
    reading: 'user',
    titles: ['Ответственный'],
    also: ['Ответственный пользователь', 'Менеджер', 'responsible', 'responsible user', 'owner'],
  },
  { key: 'created_by', reading: 'creator', titles: [], also: ['Автор', 'Создатель', 'created by'] },
  { key: 'created_at', reading: 'time', titles: ['Дата создания'], also: ['date_create', 'created at', 'created'] },
  {
    key: 'updated_at',
    reading: 'time',
    titles: ['Дата редактирования', 'Дата изменения'],
    also: ['last_modified', 'updated at', 'updated', 'changed'],
  },
  { key: 'tags', reading: 'tags', titles: ['Теги'], also: ['Тэги', 'Метки'] },
  { key: 'type', reading: 'kind', titles: ['Тип'] },
  nothing('updated_by', 'Кем редактирован', 'Кем редактирована', 'Кем изменен'),
  nothing('closest_task_at', 'Ближайшая задача'),
  nothing('account_id'),
  nothing('group_id'),
  nothing('import_error', refusedTitle),
];

const links: readonly (OwnColumn & { readonly kinds: readonly KindName[] })[] = [
  { key: 'company_id', reading: 'ids', titles: ['ID компании'], kinds: ['contact', 'lead', 'customer'] },
  {
    key: 'contacts_id',
    reading: 'ids',
    titles: ['ID контакта', 'ID контактов'],
    kinds: ['company', 'lead', 'customer'],
  },
  { key: 'leads_id', reading: 'ids', titles: ['ID сделки', 'ID сделок'], kinds: ['company', 'contact'] },
  { key: 'customers_id', reading: 'ids', titles: ['ID покупателя', 'ID покупателей'], kinds: ['company', 'contact'] },
];

/** A column that means different things in the files of different kinds stands in each. */
const columns: Readonly<Record<KindName, readonly OwnColumn[]>> = {
  company: [
    { key: 'id', reading: 'text', titles: ['ID компании'] },
    {
      key: 'name',
      reading: 'text',
      titles: ['Название компании', 'Компания', 'Название'],
      also: ['Наименование', 'company', 'company name', 'organization'],
    },
    { key: 'created_by', reading: 'creator', titles: ['Кем создана', 'Кем создана компания', 'Кем создан контакт'] },
    { key: 'created_at', reading: 'time', titles: ['Дата создания компании', 'Дата создания контакта'] },
    { key: 'tags', reading: 'tags', titles: ['Теги компании'] },
    // One export holds contacts and companies. Their names are the contacts' alone.
    nothing('contact', 'Полное имя контакта', 'Имя', 'Фамилия'),
    nothing('leads', 'Сделки'),
  ],
  contact: [
    { key: 'id', reading: 'text', titles: ['ID контакта'] },
    {
      key: 'name',
      reading: 'text',
      titles: ['Полное имя контакта', 'Полное имя', 'Контакт'],
      also: ['ФИО', 'Имя контакта', 'Название', 'contact', 'full name', 'contact name'],
    },
    { key: 'first_name', reading: 'text', titles: ['Имя'], also: ['first name'] },
    { key: 'last_name', reading: 'text', titles: ['Фамилия'], also: ['last name', 'surname'] },
    { key: 'created_by', reading: 'creator', titles: ['Кем создан', 'Кем создан контакт'] },
    { key: 'created_at', reading: 'time', titles: ['Дата создания контакта'] },
    { key: 'tags', reading: 'tags', titles: ['Теги контакта'] },
    { key: 'responsible_user_id', reading: 'user', titles: ['Ответственный за контакт'] },
    {
      key: 'company_name',
      reading: 'companyName',
      titles: ['Название компании', 'Компания', 'Компания контакта'],
      also: ['company', 'organization'],
    },
    nothing('leads', 'Сделки'),
  ],
  lead: [
    { key: 'id', reading: 'text', titles: ['ID сделки'] },
    {
      key: 'name',
      reading: 'text',
      titles: ['Название сделки', 'Сделка', 'Название'],
      also: ['Наименование', 'lead', 'lead name', 'deal', 'deal name'],
    },
    {
      key: 'sale',
      reading: 'number',
      titles: ['Бюджет', 'Бюджет сделки', 'price'],
      also: ['Сумма', 'budget', 'amount'],
    },
    { key: 'pipeline_id', reading: 'pipeline', titles: ['Воронка'], also: ['Воронка продаж', 'pipeline'] },
    {
      key: 'status_id',
      reading: 'status',
      titles: ['Этап сделки', 'Этап'],
      also: ['Статус', 'Статус сделки', 'status', 'stage'],
    },
    { key: 'loss_reason_id', reading: 'lossReason', titles: ['Причина отказа'], also: ['loss reason'] },
    { key: 'created_by', reading: 'creator', titles: ['Кем создана', 'Кем создана сделка'] },
    { key: 'created_at', reading: 'time', titles: ['Дата создания сделки'] },
    { key: 'tags', reading: 'tags', titles: ['Теги сделки'] },
    { key: 'responsible_user_id', reading: 'user', titles: ['Ответственный за сделку'] },
    { key: 'company_name', reading: 'companyName', titles: ['Компания', 'Название компании'], also: ['company'] },
    {
      key: 'contact_name',
      reading: 'contactName',
      titles: ['Полное имя контакта', 'Основной контакт', 'Контакт'],
      also: ['contact', 'main contact'],
    },
    nothing('closed_at', 'Дата закрытия'),
    nothing('is_deleted'),
    // Of the contact, who has them already.
    nothing('contact_company', 'Компания контакта'),
    nothing('contact_responsible', 'Ответственный за контакт'),
  ],
  customer: [
    { key: 'id', reading: 'text', titles: ['ID покупателя'] },
    {
      key: 'name',
      reading: 'text',
      titles: ['Название покупателя', 'Покупатель', 'Название'],
      also: ['Наименование', 'Имя', 'customer'],
    },
    {
      key: 'next_date',
      reading: 'time',
      titles: ['Дата следующей покупки', 'Следующая покупка'],
      also: ['next date', 'next purchase'],
    },
    {
      key: 'next_price',
      reading: 'number',
      titles: ['Ожидаемая сумма', 'Сумма следующей покупки'],
      also: ['next price', 'expected amount'],
    },
    { key: 'periodicity', reading: 'number', titles: ['Периодичность'] },
    { key: 'period_id', reading: 'number', titles: [] },
    { key: 'created_by', reading: 'creator', titles: ['Кем создан'] },
    { key: 'tags', reading: 'tags', titles: ['Теги покупателя'] },
    { key: 'company_name', reading: 'companyName', titles: ['Компания', 'Название компании'], also: ['company'] },
    {
      key: 'contact_name',
      reading: 'contactName',
      titles: ['Полное имя контакта', 'Основной контакт', 'Контакт'],
      also: ['contact', 'main contact'],
    },
    nothing('is_deleted'),
  ],
};

/** What amoCRM's export calls an option of a phone, e-mail or messenger field; `base` may also be the field's own name. */
export const optionTitles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  PHONE: {
    WORK: ['Рабочий телефон', 'work phone'],
    WORKDD: ['Рабочий прямой телефон', 'work direct phone'],
    MOB: ['Мобильный телефон', 'Мобильный', 'mobile phone', 'mobile'],
    FAX: ['Факс', 'fax'],
    HOME: ['Домашний телефон', 'home phone'],
    OTHER: ['Другой телефон', 'other phone'],
  },
  EMAIL: {
    WORK: ['Рабочий email', 'Рабочий e-mail', 'work email'],
    PRIV: ['Личный email', 'Личный e-mail', 'personal email'],
    OTHER: ['Другой email', 'Другой e-mail', 'other email'],
  },
  IM: {
    SKYPE: ['Skype'],
    ICQ: ['ICQ'],
    JABBER: ['Jabber'],
    GTALK: ['Google Talk'],
    MSN: ['MSN'],
    OTHER: ['Другой IM'],
  },
};

/** What fields of a code are called besides. */
export const fieldTitles: Readonly<Record<string, readonly string[]>> = {
  PHONE: ['Телефоны', 'phone number', 'tel'],
  EMAIL: ['E-mail', 'Почта', 'Электронная почта', 'email address'],
  WEB: ['Сайт', 'website'],
  POSITION: ['job title'],
};

/** Parts of an address, as the API calls them, by what people do. */
export const addressTitles: Readonly<Record<string, readonly string[]>> = {
  address_line_1: ['Улица', 'Адрес', 'Строка адреса 1', 'street'],
  address_line_2: ['Строка адреса 2', 'Адрес 2'],
  city: ['Город'],
  state: ['Регион', 'Область'],
  zip: ['Индекс', 'Почтовый индекс', 'postcode'],
  country: ['Страна'],
};

/** Keys of a legal entity. source: reference §4.6 */
const legalTitles: Readonly<Record<string, readonly string[]>> = {
  name: ['Название', 'Наименование'],
  entity_type: ['Тип'],
  vat_id: ['ИНН'],
  kpp: ['КПП'],
  address: ['Адрес'],
  external_uid: ['Внешний ID'],
};

/** Organisations (type 17) have an address in parts, and a bank. */
const organisationTitles: Readonly<Record<string, readonly string[]>> = {
  ...legalTitles,
  bank_code: ['БИК'],
  line1: ['Улица'],
  city: ['Город'],
  state: ['Регион', 'Область'],
  zip: ['Индекс', 'Почтовый индекс'],
  country: ['Страна'],
};

export function legalTitlesOf(fieldType: number): Readonly<Record<string, readonly string[]>> {
  return fieldType === 17 ? organisationTitles : legalTitles;
}

const kindWords: Readonly<Record<KindName, string>> = {
  company: 'компания',
  contact: 'контакт',
  lead: 'сделка',
  customer: 'покупатель',
};

/** One spelling of a title, for comparing. */
export function foldTitle(title: string): string {
  return fold(title.replace(/[\s\u00a0]+/g, ' ').trim())
    .replace(/[\s:*]+$/, '')
    .trim();
}

/** A folded title without what some exports add: `Рабочий телефон (контакт)` says whose it is, `Бюджет ₽` in which currency. */
export function plainTitles(folded: string, kind: KindName): string[] {
  const withoutKind = folded.replace(new RegExp(` ?\\((?:${kindWords[kind]}|${kind})\\)$`), '');
  return [folded, withoutKind, folded.replace(/,? ?(?:₽|₸|€|\$|руб\.?|р\.)$/, '')];
}

/** Whether a row of an export says that it is of another kind. */
export function isOtherKind(cell: string, kind: KindName): boolean {
  const folded = fold(cell);
  const named = (Object.keys(kindWords) as KindName[]).find((name) =>
    [kindWords[name], name, kinds[name].path].includes(folded),
  );
  return named !== undefined && named !== kind;
}
