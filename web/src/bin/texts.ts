import { counted } from '../i18n/counted.ts';

const en = {
  title: 'Bin',
  lead: 'Deleted records with their links, tasks and notes. Nothing is erased by itself.',
  search: 'Search the bin',
  name: 'Name',
  responsible: 'Responsible',
  by: 'Deleted by',
  at: 'Deleted',
  select: (name: string) => `Select ${name}`,
  selectAll: 'Select all',
  empty: 'Nothing has been deleted',
  nothing: 'Nothing found',
  selected: (n: number) => counted('en', n, { one: '# selected', other: '# selected' }),
  count: (n: number) => counted('en', n, { one: '# record', other: '# records' }),
  moreThan: (count: string) => `More than ${count}`,
  selectRest: (n: number) => counted('en', n, { one: 'Select all #', other: 'Select all #' }),
  selectEvery: 'Select all there are',
  running: (done: number, of: number) =>
    `${counted('en', done, { other: '#', one: '#' })} of ${counted('en', of, { other: '#', one: '#' })}`,
  restore: 'Restore',
  purge: 'Erase',
  purgeTitle: (n: number) => counted('en', n, { one: 'Erase # record?', other: 'Erase # records?' }),
  purgeText: 'With their notes, tasks, links and history. There is no way back.',
  cancel: 'Cancel',
  restored: (n: number) => counted('en', n, { one: '# record restored', other: '# records restored' }),
  purged: (n: number) => counted('en', n, { one: '# record erased', other: '# records erased' }),
  refused: (n: number) =>
    counted('en', n, { one: 'You may not restore # of them', other: 'You may not restore # of them' }),
  more: 'Show more',
};

const n = (count: number, one: string, few: string, many: string) =>
  counted('ru', count, { one, few, many, other: many });

const ru: typeof en = {
  title: 'Корзина',
  lead: 'Удалённые записи со связями, задачами и примечаниями. Сами собой они не стираются.',
  search: 'Поиск в корзине',
  name: 'Название',
  responsible: 'Ответственный',
  by: 'Кто удалил',
  at: 'Когда',
  select: (name) => `Выбрать ${name}`,
  selectAll: 'Выбрать все',
  empty: 'Ничего не удалено',
  nothing: 'Ничего не найдено',
  selected: (count) => n(count, 'Выбрана #', 'Выбрано #', 'Выбрано #'),
  count: (count) => n(count, '# запись', '# записи', '# записей'),
  moreThan: (count) => `Больше ${count}`,
  selectRest: (count) => n(count, 'Выбрать всю #', 'Выбрать все #', 'Выбрать все #'),
  selectEvery: 'Выбрать все, что есть',
  running: (done, of) => `${n(done, '#', '#', '#')} из ${n(of, '#', '#', '#')}`,
  restore: 'Восстановить',
  purge: 'Стереть',
  purgeTitle: (count) => n(count, 'Стереть # запись?', 'Стереть # записи?', 'Стереть # записей?'),
  purgeText: 'Вместе с примечаниями, задачами, связями и историей. Вернуть их будет нельзя.',
  cancel: 'Отмена',
  restored: (count) => n(count, 'Восстановлена # запись', 'Восстановлены # записи', 'Восстановлено # записей'),
  purged: (count) => n(count, 'Стёрта # запись', 'Стёрты # записи', 'Стёрто # записей'),
  refused: (count) =>
    n(
      count,
      'Восстановить # из них вам нельзя',
      'Восстановить # из них вам нельзя',
      'Восстановить # из них вам нельзя',
    ),
  more: 'Показать ещё',
};

export const texts = { en, ru };
