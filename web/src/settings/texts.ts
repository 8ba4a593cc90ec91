const en = {
  title: 'Settings',
  import: 'Import',
  bin: 'Bin',
  fields: 'Fields',
  pipelines: 'Pipelines',
};

const ru: typeof en = {
  title: 'Настройки',
  import: 'Импорт',
  bin: 'Корзина',
  fields: 'Поля',
  pipelines: 'Воронки',
};

export const texts = { en, ru };
