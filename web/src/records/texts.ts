import { counted } from '../i18n/counted.ts';
import { quoted } from '../i18n/quoted.ts';

const en = {
  kinds: {
    companies: {
      name: 'Name',
      search: 'Search companies',
      count: (n: number) => counted('en', n, { one: '# company', other: '# companies' }),
      none: 'No companies yet',
      add: 'New company',
    },
    contacts: {
      name: 'Name',
      search: 'Search contacts',
      count: (n: number) => counted('en', n, { one: '# contact', other: '# contacts' }),
      none: 'No contacts yet',
      add: 'New contact',
    },
    leads: {
      name: 'Name',
      search: 'Search leads',
      count: (n: number) => counted('en', n, { one: '# lead', other: '# leads' }),
      none: 'No leads yet',
      add: 'New lead',
    },
    customers: {
      name: 'Name',
      search: 'Search customers',
      count: (n: number) => counted('en', n, { one: '# customer', other: '# customers' }),
      none: 'No customers yet',
      add: 'New customer',
    },
  },
  export: 'Export as CSV',
  fields: 'Fields',
  openLeads: 'Open leads',
  create: 'Create',
  cancel: 'Cancel',
  moreThan: (count: string) => `More than ${count}`,
  removed: (count: string) => `${count} deleted`,
  removeTitle: (count: string) => `Delete ${count}?`,
  removeText: 'They can be taken back from the bin.',
  denied: (names: readonly string[]) => `You may not delete ${names.join(', ')}`,
  restored: (count: string) => `${count} restored`,
  tagged: (names: readonly string[], count: string) => `Tagged “${names.join(', ')}”: ${count}`,
  untagged: (names: readonly string[], count: string) => `Untagged “${names.join(', ')}”: ${count}`,
  given: (user: string, count: string) => `Given to ${user}: ${count}`,
  undone: (change: string) => `Taken back — ${change}`,
  field: {
    company: 'Company',
    firstName: 'First name',
    lastName: 'Last name',
    budget: 'Budget',
    stage: 'Stage',
    closed: 'Closed',
    nextDate: 'Next purchase',
    nextPrice: 'Expected amount',
  },
};

const ru: typeof en = {
  kinds: {
    companies: {
      name: 'Название',
      search: 'Поиск компаний',
      count: (n) => counted('ru', n, { one: '# компания', few: '# компании', many: '# компаний', other: '# компании' }),
      none: 'Компаний пока нет',
      add: 'Новая компания',
    },
    contacts: {
      name: 'Имя',
      search: 'Поиск контактов',
      count: (n) => counted('ru', n, { one: '# контакт', few: '# контакта', many: '# контактов', other: '# контакта' }),
      none: 'Контактов пока нет',
      add: 'Новый контакт',
    },
    leads: {
      name: 'Название',
      search: 'Поиск сделок',
      count: (n) => counted('ru', n, { one: '# сделка', few: '# сделки', many: '# сделок', other: '# сделки' }),
      none: 'Сделок пока нет',
      add: 'Новая сделка',
    },
    customers: {
      name: 'Название',
      search: 'Поиск покупателей',
      count: (n) =>
        counted('ru', n, { one: '# покупатель', few: '# покупателя', many: '# покупателей', other: '# покупателя' }),
      none: 'Покупателей пока нет',
      add: 'Новый покупатель',
    },
  },
  export: 'Экспорт в CSV',
  fields: 'Поля',
  openLeads: 'Открытые сделки',
  create: 'Создать',
  cancel: 'Отмена',
  moreThan: (count) => `Больше ${count}`,
  removed: (count) => `Удалено: ${count}`,
  removeTitle: (count) => `Удалить ${count}?`,
  removeText: 'Их можно будет вернуть из корзины.',
  denied: (names) => `нет права удалить ${names.join(', ')}`,
  restored: (count) => `Возвращено: ${count}`,
  tagged: (names, count) =>
    `${names.length > 1 ? 'Добавлены теги' : 'Добавлен тег'} ${quoted(names.join(', '))}: ${count}`,
  untagged: (names, count) => `${names.length > 1 ? 'Убраны теги' : 'Убран тег'} ${quoted(names.join(', '))}: ${count}`,
  given: (user, count) => `Ответственный теперь ${user}: ${count}`,
  undone: (change) => `Отменено — ${change}`,
  field: {
    company: 'Компания',
    firstName: 'Имя',
    lastName: 'Фамилия',
    budget: 'Бюджет',
    stage: 'Этап',
    closed: 'Дата закрытия',
    nextDate: 'Следующая покупка',
    nextPrice: 'Ожидаемая сумма',
  },
};

/** Of tables and cards of records; those of all pages are in i18n. */
export const texts = { en, ru };

export type RecordTexts = typeof en;
