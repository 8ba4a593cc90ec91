const en = {
  title: 'Settings',
  import: 'Import',
  bin: 'Bin',
  fields: 'Fields',
  pipelines: 'Pipelines',
  users: 'Users',
  tags: 'Tags',
  webhooks: 'Webhooks',
  integrations: 'Integrations',
  name: 'Name',
  color: 'Colour',
  colorOf: (n: number) => `Colour ${n}`,
  cancel: 'Cancel',
};

const ru: typeof en = {
  title: 'Настройки',
  import: 'Импорт',
  bin: 'Корзина',
  fields: 'Поля',
  pipelines: 'Воронки',
  users: 'Пользователи',
  tags: 'Теги',
  webhooks: 'Вебхуки',
  integrations: 'Интеграции',
  name: 'Название',
  color: 'Цвет',
  colorOf: (n) => `Цвет ${n}`,
  cancel: 'Отмена',
};

export const texts = { en, ru };
