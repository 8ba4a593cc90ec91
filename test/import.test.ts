import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { documentAccount, documentAccountId } from '../seed/document.ts';
import type { EntityRow, KindName } from '../src/crm/entity.ts';
import type { Store } from '../src/crm/store.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import { addUser } from './support/accounts.ts';
import { newTestDatabase } from './support/postgres.ts';
import { endProcess, processLogin, startProcess } from './support/process.ts';
import { administrator, request } from './support/server.ts';
import { windows1251 } from './support/windows-1251.ts';

const program = fileURLToPath(new URL('../bin/kontora.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'kontora-import-'));
let made = 0;
after(() => rmSync(folder, { recursive: true, force: true }));

function newPath(name = 'data'): string {
  made += 1;
  return join(folder, `${made}-${name}`);
}

function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('KONTORA_')));
}

function run(...args: string[]) {
  const options = { encoding: 'utf8', env: environment() } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'import', ...args], options);
  return { status, stdout, stderr };
}

async function newData(): Promise<string> {
  const data = newPath();
  await onStore(data, (store) => documentAccount(store, administrator));
  return data;
}

async function onStore<T>(place: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await (place.includes('://') ? openPostgres(place) : openSqlite(place));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

function write(name: string, content: string | Uint8Array): string {
  const path = newPath(name);
  writeFileSync(path, content);
  return path;
}

/** The records that an import has added to a document's account, or changed there. */
function recordsOf(place: string, kind: KindName): Promise<EntityRow[]> {
  return onStore(place, (store) =>
    store.read(async (tx) => {
      const rows: EntityRow[] = [];
      for (let offset = 0; ; offset += 5000) {
        const page = await tx.list(documentAccountId, kind, { responsible: [] }, { limit: 5000, offset });
        rows.push(...page);
        if (page.length < 5000) return rows;
      }
    }),
  );
}

const namesOf = async (place: string, kind: KindName) => (await recordsOf(place, kind)).map(({ name }) => name);
const table = [
  ['Название компании', 'Ответственный', 'Дата создания', 'Дата редактирования', 'Теги', 'Рабочий телефон', 'Роль'],
  [
    'ООО "Ёлки"; палки',
    'Администратор',
    '12.03.2017 10:11:12',
    '13.03.2017',
    'аренда, стройка',
    '+7 495 1112233',
    'Клиент',
  ],
  ['ИП Иванов\nи сыновья', 'example@example.com', '12.03.2017', '12.03.2017', 'аренда', '', 'клиент, Партнёр'],
];
const asCsv = (rows: readonly (readonly string[])[], delimiter: string) =>
  rows.map((row) => `${row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(delimiter)}\r\n`).join('');
const asItems = [
  {
    name: 'ООО "Ёлки"; палки',
    created_at: 1489302672,
    updated_at: '1489352400',
    tags: ['аренда', 'стройка'],
    custom_fields: [
      { id: 4396818, name: 'Телефон', values: [{ value: '+7 495 1112233', enum: 'WORK' }] },
      { id: 3789654, values: [2653867] },
    ],
  },
  {
    name: 'ИП Иванов\nи сыновья',
    created_at: 1489266000,
    updated_at: 1489266000,
    tags: 'аренда',
    custom_fields: [
      {
        id: 3789654,
        values: [
          { value: 'Клиент', enum: '2653867' },
          { value: 'Партнёр', enum: 2648159 },
        ],
      },
    ],
  },
];
const asLines = asItems.map((item) => `${JSON.stringify(item)}\n`).join('');

describe('the same records come of', () => {
  const files: readonly (readonly [title: string, name: string, content: string | Uint8Array, told: RegExp])[] = [
    ['NDJSON', 'a.ndjson', asLines, /companies: ndjson, utf-8, as example@example.com\n/],
    ['NDJSON in Windows-1251, whatever it is called', 'a.txt', windows1251(asLines), /: ndjson, windows-1251,/],
    ['CSV in UTF-8', 'a.csv', asCsv(table, ';'), /: csv, utf-8, ";", as/],
    ['CSV with a byte order mark and commas', 'a.csv', `\ufeff${asCsv(table, ',')}`, /: csv, utf-8, ",", as/],
    ['CSV in Windows-1251', 'a.csv', windows1251(asCsv(table, ';')), /: csv, windows-1251, ";", as/],
    ['CSV in Windows-1251 with commas', 'a.csv', windows1251(asCsv(table, ',')), /: csv, windows-1251, ",", as/],
  ];
  let expected: EntityRow[];
  before(async () => {
    const data = await newData();
    run(write('first.ndjson', asLines), '--kind', 'companies', '--data', data);
    expected = await recordsOf(data, 'company');
    assert.deepEqual(
      expected.slice(1).map(({ name, createdAt, values }) => [name, createdAt, values.length]),
      [
        ['ООО "Ёлки"; палки', 1489302672, 2],
        ['ИП Иванов\nи сыновья', 1489266000, 1],
      ],
    );
  });
  for (const [title, name, content, told] of files) {
    test(title, async () => {
      const data = await newData();
      const file = write(name, content);
      const { status, stdout, stderr } = run(file, '--kind', 'companies', '--data', data);
      assert.equal(status, 0, stderr);
      assert.match(stderr, told);
      assert.match(stdout, /^added 2, updated 0, refused 0; \d+ a second\n$/);
      assert.deepEqual(await recordsOf(data, 'company'), expected);
      assert.ok(!existsSync(file.replace(/(\.\w+)$/, '.rejects$1')));
    });
  }
});

test('a line that is wrong goes to the file of rejects, the others are written; put right it is imported like the first file', async () => {
  const data = await newData();
  const lines = [
    '{"name":"a"}',
    '{"name":["a"]}',
    'not json',
    '{"id":41389,"updated_at":5,"name":"stale"}',
    '{"name":"field","custom_fields":[{"id":1,"values":[1]}]}',
    '{"id":41389,"updated_at":1999999999,"name":"updated"}',
    '{"id":1,"updated_at":1999999999}',
    '{}',
    '{"name":"b"}',
  ];
  const file = write('some.ndjson', lines.join('\n'));
  const { status, stdout } = run(file, '--kind', 'companies', '--data', data);
  const rejects = file.replace('.ndjson', '.rejects.ndjson');
  assert.equal(status, 3);
  assert.ok(stdout.startsWith(`added 2, updated 1, refused 6 (${rejects}); `), stdout);
  assert.deepEqual(await namesOf(data, 'company'), ['updated', 'a', 'b']);
  assert.deepEqual(readFileSync(rejects, 'utf8').split('\n'), [
    '{"name":["a"],"import_error":"Неверные значения (name: ожидается строка)"}',
    '{"import_error":"Строка — не JSON","line":"not json","from":28,"to":37}',
    '{"id":41389,"updated_at":5,"name":"stale","import_error":"Last modified date is older than in database"}',
    '{"name":"field","custom_fields":[{"id":1,"values":[1]}],"import_error":"Дополнительное поле не найдено (custom_fields/0/id: 1)"}',
    '{"id":1,"updated_at":1999999999,"import_error":"Contact not found"}',
    '{"import_error":"Название обязательно (name)"}',
    '',
  ]);
  writeFileSync(rejects, readFileSync(rejects, 'utf8').replace('["a"]', '"c"'));
  const again = run(rejects, '--kind', 'companies', '--data', data);
  assert.equal(again.status, 3);
  assert.deepEqual(await namesOf(data, 'company'), ['updated', 'a', 'b', 'c']);
});

test('refused rows of CSV keep their columns, delimiter and encoding, with the reason behind them', async () => {
  const rows = [
    'Название;Ответственный;Дата создания',
    'а;;',
    'б;Никто;',
    'ООО "в";;вчера',
    '',
    'г;;;;',
    '"д',
    'е";;;лишний',
    'ж',
    ';;"1.1.2017"',
  ];
  const expected = [
    'Название;Ответственный;Дата создания;"Ошибка импорта"',
    'б;Никто;;"Ответственный: нет пользователя «Никто»"',
    'ООО "в";;вчера;"Дата создания: ожидается дата, например 26.10.2017 12:30, а не «вчера»"',
    'г;;;;;"В строке 5 столбцов, а в заголовке 3"',
    '"д\r\nе";;;лишний;"В строке 4 столбцов, а в заголовке 3"',
    'ж;;;"В строке 1 столбцов, а в заголовке 3"',
    ';;"1.1.2017";"Название обязательно"',
    '',
  ];
  for (const encode of [windows1251, (text: string) => Buffer.from(`\ufeff${text}`)]) {
    const data = await newData();
    const file = write('some.csv', encode(rows.join('\r\n')));
    const rejects = newPath('rejects.csv');
    const { status, stderr } = run(file, '--kind', 'companies', '--data', data, '--rejects', rejects);
    assert.equal(status, 3, stderr);
    assert.deepEqual(await namesOf(data, 'company'), ['ООО Ромашка', 'а']);
    assert.deepEqual(readFileSync(rejects), encode(expected.join('\r\n')));
    const put = readFileSync(rejects, 'latin1')
      .replace(/^.*?\r\n/, (header) => header)
      .replaceAll('"1.1.2017"', '1.1.2017');
    writeFileSync(rejects, put, 'latin1');
    assert.equal(run(rejects, '--kind', 'companies', '--data', data).status, 3);
  }
});

describe('before anything is written is refused', () => {
  let data: string;
  let csv: string;
  before(async () => {
    data = await newData();
    csv = write('a.csv', asCsv(table, ';'));
  });
  const refused = (args: readonly string[], told: RegExp) => {
    const { status, stdout, stderr } = run(...args);
    assert.deepEqual([status, stdout], [2, ''], stderr);
    assert.match(stderr, told);
    assert.doesNotMatch(stderr, /\n\s+at /);
  };
  const companies = (...args: string[]) => [csv, '--kind', 'companies', '--data', data, ...args];

  test('a column that is not known, with all that there are', async () => {
    const file = write('b.csv', 'Название;Цвет\nа;красный\n');
    refused(
      [file, '--kind', 'companies', '--data', data],
      /unknown columns: "Цвет"\.\nThere are: .*Рабочий телефон.*\n.*--map/s,
    );
    refused(companies('--map', 'Роль=Цвет'), /unknown columns: "Цвет"/);
    refused(companies('--map', 'Цвет=Роль'), /there is no column "Цвет"/);
    assert.deepEqual(await namesOf(data, 'company'), ['ООО Ромашка']);
  });

  test('a wrong flag, file or user', () => {
    refused(companies('--map', 'Роль'), /--map is "Column=key"/);
    refused(companies('--format', 'xml'), /--format is one of ndjson, csv/);
    refused(companies('--encoding', 'koi8-r'), /--encoding is one of utf-8, windows-1251/);
    refused(companies('--delimiter', '|'), /--delimiter is one of ;, ,/);
    refused(companies('--as', 'nobody@example.com'), /has no user nobody@example.com/);
    refused(companies('--account', 'none'), /--account is one of test/);
    refused([csv, '--kind', 'company', '--data', data], /--kind is one of contacts, leads, companies, customers/);
    refused([csv, '--kind', '--data', data], /kind/);
    refused(['--kind', 'companies'], /import needs a FILE first/);
    refused([join(folder, 'none.csv'), '--kind', 'companies', '--data', data], /ENOENT/);
    refused([csv, '--kind', 'companies', '--data', join(folder, 'none')], /holds no data of Kontora/);
    refused(['-', '--kind', 'companies', '--data', data], /reads its file twice/);
    const lines = write('a.ndjson', asLines);
    refused([lines, '--kind', 'companies', '--data', data, '--map', 'a=b'], /--map names columns of CSV/);
    refused([lines, '--kind', 'companies', '--data', data, '--delimiter', ';'], /--delimiter says something of CSV/);
    refused([write('empty.csv', ''), '--kind', 'companies', '--data', data], /is empty/);
  });

  test('an archive as items, and items as an archive', () => {
    const archive = write('archive.ndjson', '{"format":"kontora-archive","version":1}\n');
    refused([archive, '--kind', 'companies', '--data', data], /is an archive: import it without --kind/);
    refused([csv, '--data', newPath()], /is no archive of Kontora: to import items, say of which kind/);
  });

  test('a file of rejects that is there already', () => {
    const rejects = write('rejects.csv', 'precious');
    refused(companies('--rejects', rejects), /is there already/);
    assert.equal(readFileSync(rejects, 'utf8'), 'precious');
  });
});

test('columns may be called anything, and left out', async () => {
  const data = await newData();
  const file = write('a.csv', 'Клиент,Цвет,Моб\nа,красный,+79161234567\n');
  const maps = ['--map', 'Клиент=name', '--map=Моб=PHONE/MOB', '--map', 'Цвет='];
  const { status, stderr } = run(file, '--kind', 'companies', '--data', data, ...maps);
  assert.equal(status, 0, stderr);
  const [, added] = await recordsOf(data, 'company');
  assert.deepEqual(
    [added?.name, added?.values],
    ['а', [{ fieldId: 4396818, values: [{ value: '+79161234567', enumId: 3685089 }] }]],
  );
  const other = run(write('b.csv', 'Название;Цвет\nб;x\n'), '--kind', 'companies', '--data', data, '--ignore-unknown');
  assert.equal(other.status, 0, other.stderr);
  assert.deepEqual(await namesOf(data, 'company'), ['ООО Ромашка', 'а', 'б']);
});

test('a dry run tells what would become of a file, and writes nothing', async () => {
  const data = await newData();
  const file = write('a.ndjson', '{"name":"a"}\n{"id":41389,"updated_at":1999999999,"name":"b"}\n{}\n');
  const { status, stdout, stderr } = run(file, '--kind', 'companies', '--data', data, '--dry-run');
  assert.equal(status, 3);
  assert.match(stdout, /^would be added 1, would be updated 1, refused 1; /);
  assert.match(stderr, /, nothing is written\nline 3: Название обязательно \(name\)\n/);
  assert.deepEqual(await namesOf(data, 'company'), ['ООО Ромашка']);
  assert.ok(!existsSync(file.replace('.ndjson', '.rejects.ndjson')));
  assert.equal(run(file, '--kind', 'companies', '--data', data).status, 3);
  assert.deepEqual(await namesOf(data, 'company'), ['b', 'a']);
});

test('lines as GET gives them are updates of the same records, with their links; or, with --new, new records without any', async () => {
  const data = await newData();
  const server = await startProcess(data);
  const query = new URLSearchParams(processLogin);
  const { status } = await request('POST', `${server.address}/api/v2/companies?${query}`, {});
  assert.equal(status, 401);
  await endProcess(server);
  const shown = {
    id: 1099181,
    name: 'Анна С.',
    updated_at: 1999999999,
    tags: [{ id: 5, name: 'новая' }],
    company: { id: 41389, name: 'ООО Ромашка', _links: {} },
    leads: { id: [43510, 45615], _links: {} },
    custom_fields: [],
    _links: { self: { href: '/api/v2/contacts?id=1099181', method: 'get' } },
  };
  const file = write('shown.ndjson', JSON.stringify(shown));
  const links = (id: number) =>
    onStore(data, (store) => store.read((tx) => tx.linksOf(documentAccountId, 'contact', [id]))).then((all) =>
      all.map((link) => `${link.kind} ${link.id}`).sort(),
    );
  assert.match(run(file, '--kind', 'contacts', '--data', data).stdout, /^added 0, updated 1, refused 0/);
  assert.deepEqual(await links(1099181), ['company 41389', 'lead 43510', 'lead 45615']);
  assert.match(run(file, '--kind', 'contacts', '--data', data, '--new').stdout, /^added 1, updated 0, refused 0/);
  const added = (await recordsOf(data, 'contact')).find(({ id, name }) => name === 'Анна С.' && id !== 1099181);
  assert.deepEqual(await links(added!.id), []);
});

test('contacts name their companies: those that are not there are made, one for each name', async () => {
  const data = await newData();
  const rows = Array.from({ length: 1200 }, (_, index) => `Контакт ${index};Фирма ${index % 700}`);
  const more = ['Анна;ооо  РОМАШКА', 'Борис;', 'Плохой;Лишняя'];
  const text = ['Имя;Компания;Ответственный', ...rows.map((row) => `${row};`), ...more.map((row) => `${row};`)].join(
    '\n',
  );
  const file = write('contacts.csv', text.replace('Лишняя;', 'Лишняя;Никто'));
  const { status, stdout, stderr } = run(file, '--kind', 'contacts', '--data', data);
  assert.equal(status, 3, stderr);
  assert.match(stdout, /^added 1202, updated 0, refused 1 /);
  const companies = await recordsOf(data, 'company');
  assert.equal(companies.length, 701);
  assert.equal(new Set(companies.map(({ name }) => name)).size, 701);
  const byId = new Map(companies.map(({ id, name }) => [id, name]));
  const contacts = await recordsOf(data, 'contact');
  const linked = await onStore(data, (store) =>
    store.read((tx) =>
      tx.linksOf(
        documentAccountId,
        'contact',
        contacts.map(({ id }) => id),
      ),
    ),
  );
  const companyOf = new Map(
    linked.filter(({ kind }) => kind === 'company').map((link) => [link.ownerId, byId.get(link.id)]),
  );
  for (const { id, name } of contacts) {
    const index = /^Контакт (\d+)$/.exec(name)?.[1];
    if (index !== undefined) assert.equal(companyOf.get(id), `Фирма ${Number(index) % 700}`);
  }
  assert.equal(companyOf.get(contacts.find(({ name }) => name === 'Анна')!.id), 'ООО Ромашка');

  const leads = write(
    'leads.csv',
    'Название,Компания,Контакт\nа,Фирма 5,Контакт 7\nб,Нет такой,\nв,,Никто\nг,,Анна Смирнова\n',
  );
  assert.match(run(leads, '--kind', 'leads', '--data', data).stdout, /^added 2, updated 0, refused 2 /);
  const refused = readFileSync(leads.replace('.csv', '.rejects.csv'), 'utf8');
  assert.match(refused, /б,Нет такой,,"Нет компании «Нет такой»"\r\nв,,Никто,"Нет контакта «Никто»"/);
});

test('the rights of the user count whose name is given', async () => {
  const data = await newData();
  await onStore(data, (store) => addUser(store, 'careful', { company_add: 'D' }));
  const file = write('a.ndjson', '{"name":"a"}\n{"id":41389,"updated_at":1999999999,"name":"b"}\n');
  const { status, stdout } = run(file, '--kind', 'companies', '--data', data, '--as', 'careful@example.com');
  assert.equal(status, 3);
  assert.match(stdout, /^added 0, updated 1, refused 1 /);
  assert.match(readFileSync(file.replace('.ndjson', '.rejects.ndjson'), 'utf8'), /Нет прав на добавление/);
  const [changed] = await recordsOf(data, 'company');
  assert.notEqual(changed?.updatedBy, changed?.createdBy);
});

const many = 16_000;
/** Every 7th line is refused, for one reason or another; among them ones that split their batch. */
const manyLines = Array.from({ length: many }, (_, index) => {
  if (index % 7 !== 3) return JSON.stringify({ name: `№ ${index}`, tags: `тег ${index % 11}`, created_at: 1500000000 });
  return ['{}', 'x', `{"name":"${index}","responsible_user_id":5}`, `{"id":${index},"updated_at":1}`][index % 4]!;
}).join('\n');

describe('killed with -9 again and again, and given once more, an import ends as one that was never broken off', () => {
  let whole: { readonly records: string[]; readonly rejects: string };
  const fileName = 'many.ndjson';
  const briefOf = async (place: string) =>
    (await recordsOf(place, 'company')).map(({ id, name, createdAt }) => `${id} ${name} ${createdAt}`);

  before(async () => {
    const data = await newData();
    const file = write(fileName, manyLines);
    assert.equal(run(file, '--kind', 'companies', '--data', data).status, 3);
    whole = { records: await briefOf(data), rejects: readFileSync(file.replace('.ndjson', '.rejects.ndjson'), 'utf8') };
    assert.equal(whole.records.length, 1 + many - Math.ceil((many - 3) / 7));
    assert.equal(whole.rejects.split('\n').length, 1 + Math.ceil((many - 3) / 7));
  });

  /** Kills it that long after it has begun to write; whether it was still at work. */
  function killAfter(delay: number, ...args: string[]): Promise<boolean> {
    const child = spawn(process.execPath, [program, 'import', ...args], { env: environment() });
    child.stderr.on('data', (chunk) => {
      if (String(chunk).includes(' as ')) setTimeout(() => child.kill('SIGKILL'), delay);
    });
    return new Promise((resolve) => child.on('exit', (_, signal) => resolve(signal === 'SIGKILL')));
  }

  /** Kills it at different places, of which each has written something more. */
  async function killSeveralTimes(place: string, kind: KindName, args: readonly string[]): Promise<void> {
    const counts = [(await recordsOf(place, kind)).length];
    for (let delay = 60; counts.length < 4; delay += 20) {
      assert.ok(await killAfter(delay, ...args), `it came to its end; ${counts}`);
      const there = (await recordsOf(place, kind)).length;
      if (there > counts.at(-1)!) {
        counts.push(there);
        delay = 60;
      }
    }
  }

  async function survives(place: string, ...flags: string[]): Promise<void> {
    const file = write(fileName, manyLines);
    const args = [file, '--kind', 'companies', ...flags];
    await killSeveralTimes(place, 'company', args);
    const last = run(...args);
    assert.equal(last.status, 3, last.stderr);
    assert.match(last.stderr, /going on at line \d+, behind \d+ that are done\n/);
    assert.match(
      last.stdout,
      new RegExp(`^added ${whole.records.length - 1}, updated 0, refused ${whole.rejects.split('\n').length - 1} `),
    );
    assert.deepEqual(await briefOf(place), whole.records);
    assert.equal(readFileSync(file.replace('.ndjson', '.rejects.ndjson'), 'utf8'), whole.rejects);
    rmSync(file.replace('.ndjson', '.rejects.ndjson'));
    // It is forgotten: the same command begins anew.
    assert.doesNotMatch(run(...args, '--dry-run').stderr, /going on/);
  }

  test('into a data folder', async () => {
    const data = await newData();
    await survives(data, '--data', data);
  });

  test('into PostgreSQL', async () => {
    const { url, remove } = await newTestDatabase(async (database) => (await openPostgres(database)).close());
    await onStore(url, (store) => documentAccount(store, administrator));
    await survives(url, '--database', url);
    await remove();
  });

  test('with the names of companies looked up and made', async () => {
    const rows = Array.from({ length: 8000 }, (_, index) => `Контакт ${index};Фирма ${index % 900}`);
    const data = await newData();
    const file = write('contacts.csv', windows1251(['Имя;Компания', ...rows].join('\r\n')));
    const args = [file, '--kind', 'contacts', '--data', data];
    await killSeveralTimes(data, 'contact', args);
    const last = run(...args);
    assert.equal(last.status, 0, last.stderr);
    assert.match(last.stderr, /going on/);
    assert.deepEqual(
      (await namesOf(data, 'contact')).slice(3),
      rows.map((row) => row.split(';')[0]),
    );
    const companies = await namesOf(data, 'company');
    assert.deepEqual([companies.length, new Set(companies).size], [901, 901]);
  });
});

describe('an import that is not finished', () => {
  /** Stops it between two batches, when those lines of several that were refused are in their file. */
  function interrupt(rejects: string, ...args: string[]): Promise<{ status: number | null; stdout: string }> {
    const child = spawn(process.execPath, [program, 'import', ...args], { env: environment() });
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    const waiting = setInterval(() => {
      if (existsSync(rejects) && statSync(rejects).size > 10_000) {
        clearInterval(waiting);
        child.kill('SIGINT');
      }
    }, 5);
    return new Promise((resolve) => {
      child.on('exit', (status) => {
        clearInterval(waiting);
        resolve({ status, stdout });
      });
    });
  }

  async function interrupted() {
    const data = await newData();
    const file = write('many.ndjson', manyLines);
    const args = [file, '--kind', 'companies', '--data', data];
    const rejects = file.replace('.ndjson', '.rejects.ndjson');
    const { status, stdout } = await interrupt(rejects, ...args);
    assert.equal(status, 1);
    assert.match(stdout, /^added \d+, .*\nstopped before line \d+: the same command goes on from there\n$/);
    return { data, file, args, rejects };
  }

  test('by Ctrl+C has ended a batch, and goes on', async () => {
    const { data, args } = await interrupted();
    const there = (await recordsOf(data, 'company')).length - 1;
    assert.ok(there > 0 && there < many * 0.8, `${there}`);
    assert.equal(run(...args).status, 3);
    assert.equal((await recordsOf(data, 'company')).length, 1 + many - Math.ceil((many - 3) / 7));
  });

  test('goes on with the same options alone, and with its file of rejects', async () => {
    const { args, rejects } = await interrupted();
    const other = run(...args, '--new');
    assert.equal(other.status, 2);
    assert.match(other.stderr, /begun with other options is not finished/);
    const kept = readFileSync(rejects);
    writeFileSync(rejects, kept.subarray(0, 100));
    const shortened = run(...args);
    assert.equal(shortened.status, 2);
    assert.match(shortened.stderr, /is not as it was/);
    writeFileSync(rejects, kept);
    assert.equal(run(...args).status, 3);
  });

  test('may be begun anew', async () => {
    const { data, args, rejects } = await interrupted();
    const there = (await recordsOf(data, 'company')).length - 1;
    const { status, stderr } = run(...args, '--restart');
    assert.equal(status, 3, stderr);
    assert.match(stderr, new RegExp(`beginning anew: ${there} that were added before stay`));
    const refused = Math.ceil((many - 3) / 7);
    assert.equal((await recordsOf(data, 'company')).length, 1 + there + many - refused);
    assert.equal(readFileSync(rejects, 'utf8').split('\n').length, refused + 1);
  });
});

test('beside a running server an import works, and neither keeps the other out', async () => {
  const data = newPath();
  const server = await startProcess(data);
  const query = new URLSearchParams(processLogin);
  const file = write('many.ndjson', manyLines);
  const child = spawn(process.execPath, [program, 'import', file, '--kind', 'companies', '--data', data], {
    env: environment(),
  });
  let isRunning = true;
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve)).finally(() => {
    isRunning = false;
  });
  let beside = 0;
  while (isRunning) {
    const reply = await request('POST', `${server.address}/api/v2/companies?${query}`, { add: [{ name: 'beside' }] });
    assert.equal(reply.status, 200, reply.text);
    beside += 1;
  }
  assert.equal(await ended, 3);
  await endProcess(server);
  const names = await namesOf(data, 'company');
  assert.equal(names.filter((name) => name === 'beside').length, beside);
  assert.equal(names.filter((name) => name.startsWith('№')).length, many - Math.ceil((many - 3) / 7));
  assert.ok(beside > 3, `${beside}`);
});
