import { counted } from '../i18n/counted.ts';
import { quoted } from '../i18n/quoted.ts';

const en = {
  selected: (n: number) => counted('en', n, { one: '# selected', other: '# selected' }),
  tag: 'Add tag',
  tagPlaceholder: 'Tag, or several with commas',
  untag: 'Remove tag',
  responsible: 'Change responsible',
  remove: 'Delete',
  clear: 'Clear the selection',
  refused: (n: number) => counted('en', n, { one: '# was refused', other: '# were refused' }),
  removed: (count: string) => `${count} deleted`,
  removeTitle: (count: string) => `Delete ${count}?`,
  removeText: 'They can be taken back from the bin.',
  denied: (names: readonly string[]) => `You may not delete ${names.join(', ')}`,
  restored: (count: string) => `${count} restored`,
  tagged: (names: readonly string[], count: string) => `Tagged “${names.join(', ')}”: ${count}`,
  untagged: (names: readonly string[], count: string) => `Untagged “${names.join(', ')}”: ${count}`,
  given: (user: string, count: string) => `Given to ${user}: ${count}`,
  undone: (change: string) => `Taken back — ${change}`,
};

const n = (count: number, one: string, few: string, many: string) =>
  counted('ru', count, { one, few, many, other: many });

const ru: typeof en = {
  selected: (count) => n(count, 'Выбрана #', 'Выбрано #', 'Выбрано #'),
  tag: 'Добавить тег',
  tagPlaceholder: 'Тег или несколько через запятую',
  untag: 'Убрать тег',
  responsible: 'Сменить ответственного',
  remove: 'Удалить',
  clear: 'Снять выбор',
  refused: (count) => n(count, 'Отказано для #', 'Отказано для #', 'Отказано для #'),
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
};

/** Of what is done with many records. */
export const texts = { en, ru };
