import { counted } from '../i18n/counted.ts';

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
  changed: (count: string) => `${count} changed`,
  moreThan: (count: string) => `More than ${count}`,
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
  changed: (count) => `Изменено: ${count}`,
  moreThan: (count) => `Больше ${count}`,
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
