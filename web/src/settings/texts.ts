const en = {
  title: 'Settings',
  import: 'Import',
  bin: 'Bin',
};

const ru: typeof en = {
  title: 'Настройки',
  import: 'Импорт',
  bin: 'Корзина',
};

export const texts = { en, ru };
