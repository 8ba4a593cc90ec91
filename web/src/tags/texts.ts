import { counted } from '../i18n/counted.ts';

const n = (count: number, one: string, few: string, many: string) =>
  counted('ru', count, { one, few, many, other: many });

const en = {
  title: 'Tags',
  lead: 'Each kind of record has its own. A new one comes about when somebody writes it.',
  search: 'Search tags',
  none: 'No tags yet',
  nothing: 'Nothing found',
  select: (name: string) => `Select ${name}`,
  rename: (name: string) => `Rename ${name}`,
  records: (n: number) => counted('en', n, { one: '# record', other: '# records' }),
  selected: (n: number) => counted('en', n, { one: '# selected', other: '# selected' }),
  merge: 'Merge',
  mergeTitle: 'Merge the tags',
  mergeLead: 'Records keep one of them; the others are deleted.',
  into: 'Stays',
  delete: 'Delete',
  deleteTitle: (n: number) => counted('en', n, { one: 'Delete # tag?', other: 'Delete # tags?' }),
  deleteText: 'It is taken off all records. There is no way back.',
  save: 'Save',
  cancel: 'Cancel',
  done: (n: number) => counted('en', n, { one: '# record changed', other: '# records changed' }),
  more: 'Show more',
};

const ru: typeof en = {
  title: 'Теги',
  lead: 'У каждого вида записей они свои. Новый появляется, когда его кто-нибудь напишет.',
  search: 'Поиск тегов',
  none: 'Тегов пока нет',
  nothing: 'Ничего не найдено',
  select: (name) => `Выбрать ${name}`,
  rename: (name) => `Переименовать ${name}`,
  records: (count) => n(count, '# запись', '# записи', '# записей'),
  selected: (count) => n(count, 'Выбран #', 'Выбрано #', 'Выбрано #'),
  merge: 'Объединить',
  mergeTitle: 'Объединить теги',
  mergeLead: 'В записях останется один из них, остальные будут удалены.',
  into: 'Остаётся',
  delete: 'Удалить',
  deleteTitle: (count) => n(count, 'Удалить # тег?', 'Удалить # тега?', 'Удалить # тегов?'),
  deleteText: 'Он исчезнет из всех записей. Вернуть его будет нельзя.',
  save: 'Сохранить',
  cancel: 'Отмена',
  done: (count) => n(count, 'Изменена # запись', 'Изменены # записи', 'Изменено # записей'),
  more: 'Показать ещё',
};

export const texts = { en, ru };
