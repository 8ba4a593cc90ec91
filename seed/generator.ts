import type { FieldDraft } from '../src/crm/custom-field.ts';
import type { Draft } from '../src/crm/entity.ts';

/** A company of the large seed: it depends on its number alone, so that every run makes the same. */
export interface GeneratedCompany {
  readonly draft: Partial<Draft>;
  readonly contacts: readonly Partial<Draft>[];
  readonly leads: readonly Partial<Draft>[];
}

/** A name that few companies have: five in a hundred thousand. */
export const rareWord = 'Кварцхронометр';
const rareEvery = 20011;
const rareAt = 137;

export const responsibleUserIds: readonly number[] = Array.from({ length: 40 }, (_, k) => 504141 + k * 37);

/** The number-th company (from 0) of a distribution like that of Russian small business. */
export function generateCompany(number: number): GeneratedCompany {
  const random = randomOf(number);
  const form = pickWeighted(random, forms);
  let { stem, name } = form === 'ИП' ? personName(random) : firmName(random, form);
  if (number % rareEvery === rareAt) [stem, name] = [rareWord, `ООО «${rareWord}»`];
  const createdAt = from2014 + Math.floor(random() * (to2018 - from2014));
  const updatedAt = Math.min(to2018, createdAt + Math.floor(random() ** 3 * 40e6));
  const responsibleUserId = responsibleUserIds[zipf(random, responsibleUserIds.length)]!;
  const createdBy = pick(random, responsibleUserIds);
  const tags = new Set<string>();
  while (tags.size < 3) tags.add(tagNames[zipf(random, tagNames.length)]!);
  const host = `${transliterate(stem)}${number % 9973}.${pick(random, domains)}`;
  const times = { createdAt, updatedAt, responsibleUserId, createdBy };
  return {
    draft: { name, ...times, tags: [...tags].map((tag) => ({ name: tag })), fields: fieldsOf(random, host) },
    contacts: [1, 2].map(() => ({ name: `${pick(random, givenNames)} ${pick(random, surnames)}`, ...times })),
    leads: [1, 2].map((lead) => ({ name: `Сделка ${lead}: ${stem}`, ...times })),
  };
}

function fieldsOf(random: Random, host: string): FieldDraft[] {
  const city = pickWeighted(random, cities);
  const field = (fieldId: number, ...values: FieldDraft['values']): FieldDraft => ({ path: '', fieldId, values });
  return [
    field(
      4396818,
      { value: `7${pick(random, areaCodes)}${digits(random, 7)}`, enum: 'WORK' },
      { value: `79${digits(random, 9)}`, enum: 'MOB' },
    ),
    field(4396819, { value: `info@${host}`, enum: 'WORK' }),
    field(4396820, { value: `http://${host}` }),
    field(
      4400115,
      { value: `ул. ${pick(random, streets)}, д. ${1 + Math.floor(random() * 180)}`, subtype: 'address_line_1' },
      { value: city, subtype: 'city' },
      { value: String(101000 + Math.floor(random() * 580000)), subtype: 'zip' },
      { value: 'RU', subtype: 'country' },
    ),
  ];
}

function personName(random: Random): { stem: string; name: string } {
  const stem = pick(random, surnames);
  return { stem, name: `ИП ${stem} ${pick(random, [...initials])}.${pick(random, [...initials])}.` };
}

function firmName(random: Random, form: string): { stem: string; name: string } {
  const stem = beginnings[zipf(random, beginnings.length)]! + endings[zipf(random, endings.length)]!;
  const adjective = pick(random, adjectives);
  const number = random() < 0.25 ? `-${1 + Math.floor(random() * 99)}` : '';
  const [open, close] = random() < 0.5 ? ['«', '»'] : ['"', '"'];
  return { stem, name: `${form} ${open}${adjective ? `${adjective} ` : ''}${stem}${number}${close}` };
}

type Random = () => number;

/** mulberry32, seeded by the number. */
function randomOf(number: number): Random {
  let state = (mix(number + 0x7f4a7c15) ^ 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function mix(value: number): number {
  const a = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b ^ (b >>> 16)) >>> 0;
}

function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}

/** Low ranks often: log-uniform. */
function zipf(random: Random, length: number): number {
  return Math.min(length - 1, Math.floor((length + 1) ** random() - 1));
}

function pickWeighted(random: Random, list: readonly (readonly [string, number])[]): string {
  let rest = random() * list.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [value, weight] of list) {
    rest -= weight;
    if (rest < 0) return value;
  }
  return list[0]![0];
}

function digits(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 10)).join('');
}

function transliterate(text: string): string {
  const kept = text.toLowerCase().replace(/[^a-zа-яё0-9]/g, '');
  return kept.replace(/[а-яё]/g, (letter) => latin[letter] ?? '');
}

const from2014 = 1388520000;
const to2018 = 1514764800;
const forms: readonly (readonly [string, number])[] = [
  ['ООО', 62],
  ['ИП', 18],
  ['АО', 9],
  ['ПАО', 2],
  ['ЗАО', 2],
  ['ГК', 3],
  ['НКО', 1],
  ['ТД', 2],
  ['АНО', 1],
];
const beginnings = [
  'Строй',
  'Тех',
  'Пром',
  'Агро',
  'Мед',
  'Авто',
  'Энерго',
  'Финанс',
  'Транс',
  'Сиб',
  'Урал',
  'Волга',
  'Мос',
  'Нева',
  'Юг',
  'Север',
  'Восток',
  'Евро',
  'Рос',
  'Гео',
  'Эко',
  'Био',
  'Инфо',
  'Телеком',
  'Софт',
  'Метал',
  'Лес',
  'Нефте',
  'Газ',
  'Хим',
  'Пласт',
  'Электро',
  'Тепло',
  'Вода',
  'Хлеб',
  'Мясо',
  'Молоко',
  'Рыба',
  'Мебель',
  'Текстиль',
  'Стекло',
  'Бетон',
  'Кирпич',
  'Дорог',
  'Мост',
  'Порт',
  'Аква',
  'Альфа',
  'Бета',
  'Дельта',
  'Омега',
  'Вектор',
  'Лидер',
  'Престиж',
  'Гарант',
  'Фаворит',
  'Перспектива',
  'Парус',
  'Маяк',
  'Орион',
];
const endings = [
  'сервис',
  'инвест',
  'групп',
  'холдинг',
  'комплект',
  'снаб',
  'монтаж',
  'проект',
  'трейд',
  'логистик',
  'маркет',
  'импорт',
  'экспорт',
  'мастер',
  'центр',
  'плюс',
  'продукт',
  'ресурс',
  'система',
  'технологии',
  'оборудование',
  'дизайн',
  'консалт',
  'аудит',
  'сбыт',
  'торг',
  'строй',
  'маш',
  'прибор',
  'контроль',
];
const adjectives = [
  '',
  '',
  '',
  '',
  'Новый',
  'Первый',
  'Северный',
  'Южный',
  'Восточный',
  'Западный',
  'Центральный',
  'Объединённый',
  'Городской',
  'Русский',
  'Сибирский',
  'Уральский',
];
const surnames = [
  'Иванов',
  'Смирнов',
  'Кузнецов',
  'Попов',
  'Васильев',
  'Петров',
  'Соколов',
  'Михайлов',
  'Новиков',
  'Фёдоров',
  'Морозов',
  'Волков',
  'Алексеев',
  'Лебедев',
  'Семёнов',
  'Егоров',
  'Павлов',
  'Козлов',
  'Степанов',
  'Николаев',
  'Орлов',
  'Андреев',
  'Макаров',
  'Никитин',
  'Захаров',
  'Зайцев',
  'Соловьёв',
  'Борисов',
  'Яковлев',
  'Григорьев',
  'Щербаков',
  'Ёлкин',
];
const givenNames = [
  'Анна',
  'Борис',
  'Вера',
  'Глеб',
  'Дарья',
  'Егор',
  'Жанна',
  'Иван',
  'Кира',
  'Лев',
  'Мария',
  'Олег',
  'Пётр',
  'Яна',
];
const initials = 'АБВГДЕЖЗИКЛМНОПРСТУФЭЮЯ';
const cities: readonly (readonly [string, number])[] = [
  ['Москва', 28],
  ['Санкт-Петербург', 14],
  ['Новосибирск', 6],
  ['Екатеринбург', 6],
  ['Казань', 5],
  ['Нижний Новгород', 4],
  ['Челябинск', 4],
  ['Самара', 4],
  ['Уфа', 3],
  ['Ростов-на-Дону', 3],
  ['Омск', 3],
  ['Красноярск', 3],
  ['Воронеж', 3],
  ['Пермь', 3],
  ['Волгоград', 2],
  ['Краснодар', 4],
  ['Саратов', 2],
  ['Тюмень', 2],
  ['Тольятти', 1],
  ['Ижевск', 1],
  ['Барнаул', 1],
  ['Иркутск', 1],
  ['Хабаровск', 1],
  ['Ярославль', 1],
  ['Владивосток', 1],
  ['Орёл', 1],
];
const streets = [
  'Октябрьская',
  'Ленина',
  'Советская',
  'Мира',
  'Гагарина',
  'Пушкина',
  'Садовая',
  'Заводская',
  'Лесная',
  'Школьная',
  'Новая',
  'Центральная',
  'Молодёжная',
  'Набережная',
  'Кирова',
  'Чехова',
  'Горького',
  'Победы',
  'Строителей',
  'Промышленная',
  'Первомайская',
  'Комсомольская',
  'Вокзальная',
  'Зелёная',
];
const tagWords = [
  'недвижимость',
  'застройка',
  'аренда',
  'опт',
  'розница',
  'vip',
  'горячий',
  'холодный',
  'повторный',
  'партнёр',
  'поставщик',
  'конкурент',
  'тендер',
  'госзаказ',
  'экспорт',
  'импорт',
  'логистика',
  'сайт',
  'звонок',
  'выставка',
  'рекомендация',
  'рассылка',
  'реклама',
  'соцсети',
  'архив',
  'долг',
  'предоплата',
  'договор',
  'отсрочка',
  'сервис',
];
const tagNames = ['', ' 2016', ' 2017', ' Москва', ' СПб', ' регион', ' план'].flatMap((end) =>
  tagWords.map((word) => word + end),
);
const domains = ['ru', 'ru', 'ru', 'com', 'рф', 'su', 'moc'];
const areaCodes = ['495', '499', '812', '383', '343', '843', '831', '351', '846', '347', '863', '391'];
const latin: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'y',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'c',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};
