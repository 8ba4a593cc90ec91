const en = {
  title: 'Export as CSV',
  lead: (count: string) => `${count}, by the search and filters of the table; UTF-8 for any spreadsheet.`,
  onlyMine: 'Your rights let you export only some of them: those of others are left out.',
  allColumns: 'All columns, not only those that are shown',
  start: 'Export',
  cancel: 'Cancel',
  running: 'Exporting',
  done: (count: string) => `${count} exported`,
  fullName: 'Name',
  companyId: 'company_id',
  pipeline: 'Pipeline',
};

const ru: typeof en = {
  title: 'Экспорт в CSV',
  lead: (count) => `${count} — по поиску и фильтрам таблицы, в UTF-8 для любых таблиц.`,
  onlyMine: 'Ваши права позволяют экспортировать не всё: чужие записи будут пропущены.',
  allColumns: 'Все столбцы, а не только показанные',
  start: 'Экспортировать',
  cancel: 'Отмена',
  running: 'Экспорт идёт',
  done: (count) => `Экспорт: ${count}`,
  fullName: 'Полное имя',
  companyId: 'ID компании',
  pipeline: 'Воронка',
};

export const texts = { en, ru };
