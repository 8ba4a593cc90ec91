const en = {
  title: 'Your server is running',
  lead: 'Kontora speaks the amoCRM REST API v2: what works with amoCRM works with this address.',
  address: 'Address',
  open: 'Open companies',
  keyHint:
    'Login and key stand where the server was started: it printed them. npm run kontora -- user key makes a new key.',
  try: 'Try it',
  tryLead: 'Adds a company, then lists what is there. Put in your key for $KEY.',
  read: 'Read on',
  reference: 'API reference',
  referenceText: 'Every address, with a form to try it out',
  openapi: 'OpenAPI 3.1',
  openapiText: 'The same for programs and generators',
};

const ru: typeof en = {
  title: 'Ваш сервер работает',
  lead: 'Kontora говорит на REST API v2 amoCRM: что работает с amoCRM, работает и с этим адресом.',
  address: 'Адрес',
  open: 'Открыть компании',
  keyHint: 'Логин и ключ сервер напечатал при запуске. Новый ключ делает npm run kontora -- user key.',
  try: 'Попробуйте',
  tryLead: 'Добавит компанию и покажет, что есть. Вместо $KEY поставьте свой ключ.',
  read: 'Дальше',
  reference: 'Справочник API',
  referenceText: 'Все адреса, каждый можно сразу вызвать',
  openapi: 'OpenAPI 3.1',
  openapiText: 'То же для программ и генераторов',
};

export const texts = { en, ru };
