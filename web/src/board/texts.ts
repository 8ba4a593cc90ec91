import { counted } from '../i18n/counted.ts';
import { quoted } from '../i18n/quoted.ts';

const en = {
  pipeline: 'Pipeline',
  search: 'Search leads',
  add: (stage: string) => `New lead in ${stage}`,
  empty: 'No leads',
  more: 'Load more',
  leads: (n: number) => counted('en', n, { one: '# lead', other: '# leads' }),
  inexact: 'Of a search the first 10,000 leads are counted',
  noPipelines: 'This account has no pipelines',
  nextTask: 'Next task',
  overdue: 'Task overdue',
  move: (name: string) => `Move ${name}`,
  /** Read to who takes a card by the keyboard. */
  instructions:
    'To move a lead to another stage, press Space or Enter, choose the stage with the left and right arrow keys, and press Space or Enter again. Escape leaves it where it was.',
  card: 'movable lead',
  lifted: (name: string, stage: string) => `${name} is taken from ${stage}.`,
  over: (name: string, stage: string) => `${name} is over ${stage}.`,
  nowhere: (name: string) => `${name} is over no stage.`,
  dropped: (name: string, stage: string) => `${name} was moved to ${stage}.`,
  stays: (name: string, stage: string) => `${name} stays in ${stage}.`,
  conflict: (name: string, stage: string) => `“${name}” was moved to “${stage}” by somebody else meanwhile.`,
};

const ru: typeof en = {
  pipeline: 'Воронка',
  search: 'Поиск сделок',
  add: (stage) => `Новая сделка в этапе ${quoted(stage)}`,
  empty: 'Сделок нет',
  more: 'Показать ещё',
  leads: (n) => counted('ru', n, { one: '# сделка', few: '# сделки', many: '# сделок', other: '# сделки' }),
  inexact: 'При поиске считаются первые 10 000 сделок',
  noPipelines: 'В аккаунте нет воронок',
  nextTask: 'Ближайшая задача',
  overdue: 'Задача просрочена',
  move: (name) => `Переместить: ${name}`,
  instructions:
    'Чтобы перенести сделку на другой этап, нажмите пробел или Enter, выберите этап стрелками влево и вправо и нажмите пробел или Enter ещё раз. Escape оставит её на месте.',
  card: 'перемещаемая сделка',
  lifted: (name, stage) => `${name}: взята из этапа ${quoted(stage)}.`,
  over: (name, stage) => `${name}: над этапом ${quoted(stage)}.`,
  nowhere: (name) => `${name}: вне этапов.`,
  dropped: (name, stage) => `${name}: перенесена в этап ${quoted(stage)}.`,
  stays: (name, stage) => `${name}: остаётся в этапе ${quoted(stage)}.`,
  conflict: (name, stage) => `${quoted(name)} тем временем перенесли в этап ${quoted(stage)}.`,
};

export const texts = { en, ru };
