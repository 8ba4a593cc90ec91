import type { Account, Actor, WireProfile } from '../crm/account.ts';
import { CrmError, type Reason } from '../crm/errors.ts';
import type { Expected } from '../crm/field-type.ts';
import { StoreBusy, StoreFailed, StoreUncertain, type Trouble } from '../crm/store.ts';
import { type Answer, HttpError, type HttpReason, type Request } from '../http/request.ts';
import { halAnswer, jsonAnswer } from './hal.ts';
import type { LegacyErrorJson, OAuthProblemJson, ProblemJson } from './wire.ts';

/** A request that is wrong in a way that only this API knows. `code` is amoCRM's number. doc: errors */
export class WireError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, detail: string) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** What is refused at /oauth2; 401 is a wrong client. source: reference §2.4 */
export class OAuthError extends Error {
  readonly status: 400 | 401;

  constructor(status: 400 | 401, hint: string) {
    super(hint);
    this.status = status;
  }
}

type SignInReason = Extract<
  Reason,
  'wrong_credentials' | 'too_many_failures' | 'user_inactive' | 'account_not_found' | 'ip_not_allowed'
>;

/** doc: auth, response codes */
const signInErrors: Readonly<Record<SignInReason, { status: number; code: string; text: string }>> = {
  wrong_credentials: { status: 401, code: '110', text: 'Неверный логин или пароль' },
  too_many_failures: { status: 401, code: '111', text: 'Слишком много неудачных попыток входа, повторите позже' },
  user_inactive: { status: 401, code: '112', text: 'Пользователь выключен или не состоит в этом аккаунте' },
  account_not_found: { status: 401, code: '101', text: 'Аккаунт не найден' },
  ip_not_allowed: { status: 403, code: '113', text: 'Доступ с этого IP-адреса запрещён' },
};

const refusals: Readonly<
  Record<Exclude<Reason, SignInReason>, { status: number; add: number; update: number; text: string }>
> = {
  add_not_allowed: { status: 403, add: 202, update: 202, text: 'Нет прав на добавление' },
  lead_add_not_allowed: { status: 403, add: 244, update: 244, text: 'Нет прав на добавление' },
  customer_add_not_allowed: { status: 403, add: 288, update: 288, text: 'Нет прав на добавление' },
  name_required: { status: 400, add: 205, update: 212, text: 'Название обязательно' },
  bad_value: { status: 400, add: 203, update: 210, text: 'Значение не подходит полю' },
  field_not_found: { status: 400, add: 204, update: 211, text: 'Дополнительное поле не найдено' },
  enum_not_found: { status: 400, add: 203, update: 210, text: 'Вариант списка не найден' },
  user_not_found: { status: 400, add: 205, update: 212, text: 'Пользователь не найден' },
  pipeline_not_found: { status: 400, add: 205, update: 212, text: 'Воронка не найдена' },
  status_not_found: { status: 400, add: 205, update: 212, text: 'Этап не найден' },
  task_element_not_found: { status: 400, add: 236, update: 236, text: 'Элемент не найден' },
  task_lead_not_found: { status: 400, add: 237, update: 237, text: 'Сделка не найдена' },
  note_element_not_found: { status: 400, add: 226, update: 226, text: 'Элемент не найден' },
  note_contact_not_found: { status: 400, add: 233, update: 233, text: 'Контакт не найден' },
  note_lead_not_found: { status: 400, add: 234, update: 234, text: 'Сделка не найдена' },
  task_type_not_found: { status: 400, add: 400, update: 400, text: 'Тип задачи не найден' },
  note_type_wrong: { status: 400, add: 400, update: 400, text: 'Такой note_type здесь записать нельзя' },
  text_required: { status: 400, add: 400, update: 400, text: 'Текст обязателен' },
  too_many_links: { status: 400, add: 330, update: 330, text: 'Слишком много связанных сущностей' },
  administrators_only: { status: 403, add: 244, update: 244, text: 'Доступно только администратору' },
  options_required: { status: 400, add: 205, update: 212, text: 'Списку нужны варианты' },
  options_fixed: { status: 400, add: 450, update: 450, text: 'Варианты есть только у списков' },
  options_stay: { status: 400, add: 451, update: 451, text: 'Варианты остаются: их можно назвать и расставить иначе' },
  field_fixed: { status: 400, add: 452, update: 452, text: 'Это поле есть в каждом аккаунте и не меняется' },
  login_wrong: { status: 400, add: 430, update: 430, text: 'Логин — от 1 до 254 символов' },
  login_taken: { status: 400, add: 431, update: 431, text: 'Такой логин в аккаунте уже есть' },
  group_not_found: { status: 400, add: 432, update: 432, text: 'Отдел не найден' },
  group_taken: { status: 400, add: 433, update: 433, text: 'Такой отдел уже есть' },
  group_fixed: { status: 400, add: 434, update: 434, text: 'Этот отдел есть в каждом аккаунте и не удаляется' },
  last_administrator: { status: 400, add: 435, update: 435, text: 'В аккаунте должен остаться администратор' },
  own_access: { status: 400, add: 436, update: 436, text: 'Свой доступ забирает другой администратор' },
  tag_not_found: { status: 400, add: 441, update: 441, text: 'Тег не найден' },
  tag_taken: { status: 400, add: 442, update: 442, text: 'Такой тег уже есть: их можно объединить' },
  integration_not_found: { status: 400, add: 443, update: 443, text: 'Интеграция не найдена' },
  redirect_uri_wrong: { status: 400, add: 444, update: 444, text: 'redirect_uri — адрес http:// или https:// без #' },
  password_weak: { status: 400, add: 438, update: 438, text: 'Пароль — от 10 до 256 символов, и не логин' },
  old_password_wrong: { status: 400, add: 439, update: 439, text: 'Прежний пароль неверен' },
  old_password_locked: { status: 400, add: 111, update: 111, text: 'Слишком много неудачных попыток, повторите позже' },
  password_link_over: { status: 400, add: 440, update: 440, text: 'Ссылка уже использована или истекла' },
  too_many_settings: { status: 400, add: 437, update: 437, text: 'Больше добавить нельзя' },
};

/** What a value has to be, for `bad_value` and `enum_not_found`. */
const expectedTexts: Readonly<Record<Expected, string>> = {
  text: 'ожидается строка до 10000 символов, без NUL и неполных символов',
  number: 'ожидается число',
  flag: 'ожидается 0 или 1',
  date: 'ожидается дата, например 2017-10-26',
  option: 'ожидается id варианта',
  address_part: 'subtype — address_line_1, address_line_2, city, state, zip, country или 1…6',
  object: 'ожидается объект',
  name: 'ожидается name',
};

const httpErrors: Readonly<Record<HttpReason, { code: number; text: string }>> = {
  unknown_address: { code: 104, text: 'Неизвестный метод API' },
  wrong_method: { code: 207, text: 'Метод запроса не поддерживается' },
  foreign_page: { code: 403, text: 'Запрос со страницы другого сайта' },
  body_not_utf8: { code: 400, text: 'Тело запроса не в UTF-8' },
  body_not_understood: { code: 400, text: 'Тело запроса не JSON и не данные формы' },
  body_compressed: { code: 400, text: 'Сжатое тело (Content-Encoding) не принимается: пришлите его как есть' },
  body_too_large: { code: 400, text: 'Тело запроса слишком велико' },
  parameters_not_utf8: { code: 400, text: 'Параметры не в UTF-8 или неверно закодированы' },
  too_many_parameters: { code: 400, text: 'Слишком много параметров или слишком глубокая вложенность' },
  malformed: { code: 400, text: 'Неверный запрос' },
  url_not_encoded: {
    code: 400,
    text: 'В адресе запроса есть незакодированные символы: буквы вне ASCII пишутся в нём как %D0%A0 (percent-encoding)',
  },
  not_http: { code: 400, text: 'Это не запрос HTTP; пробелы в адресе пишутся как %20' },
  headers_too_large: { code: 400, text: 'Заголовки запроса слишком велики' },
  too_slow: { code: 400, text: 'Запрос пришёл не полностью за отведённое время' },
  too_many_requests: { code: 429, text: 'Слишком много запросов в секунду, повторите позже' },
  blocked: { code: 403, text: 'Аккаунт заблокирован: слишком часто превышалось число запросов в секунду' },
  overloaded: { code: 503, text: 'Сервер перегружен, запрос не выполнен: повторите позже' },
  stopping: { code: 503, text: 'Сервер останавливается, повторите позже' },
};

/** What the database lacks. */
const troubles: Readonly<Record<Trouble, { status: number; text: string }>> = {
  full: { status: 507, text: 'На диске базы данных нет места: ничего не записано' },
  read_only: { status: 503, text: 'База данных доступна только для чтения: ничего не записано' },
  damaged: { status: 503, text: 'База данных повреждена: этих данных не прочитать' },
  failed: { status: 503, text: 'База данных не смогла прочитать или записать: ничего не записано' },
};

/** Title and detail. */
const oauthTexts: Readonly<Record<OAuthError['status'], readonly [string, string]>> = {
  400: ['Некорректный запрос', 'В запросе отсутствует ряд параметров или параметры невалидны'],
  401: ['Некорректный клиент', 'Авторизация клиента не прошла'],
};

/** Every way to fail, as an answer. An unknown error is a 500 that tells nothing but the request's id. */
export function presentError(error: unknown, request: Request & { actor?: Actor }, fallback: WireProfile): Answer {
  const profile = request.actor ? profileOf(request.actor.account, fallback) : fallback;
  const present = request.url.startsWith(legacyPath) ? legacyProblem(request) : problem;
  if (error instanceof CrmError) return presentCrmError(error, request, profile, present);
  if (error instanceof WireError) return present(error.status, error.code, error.message, profile);
  if (error instanceof OAuthError) return oauthProblem(error, profile);
  // Clients look for a block in the older envelope. source: reference §1.6
  if (error instanceof HttpError && error.reason === 'blocked')
    return presentHttpError(error, profile, legacyProblem(request));
  if (error instanceof HttpError) return presentHttpError(error, profile, present);
  if (error instanceof StoreBusy)
    return present(503, 503, 'База данных занята, повторите позже', profile, { 'Retry-After': '1' });
  if (error instanceof StoreUncertain)
    return present(503, 503, 'Связь с базой данных прервалась: неизвестно, сохранены ли изменения', profile);
  if (error instanceof StoreFailed) {
    const { status, text } = troubles[error.trouble];
    return present(status, status, text, profile);
  }
  return present(500, 500, `Внутренняя ошибка, запрос ${request.id}`, profile);
}

export function presentHttpError(
  { status, reason, headers }: HttpError,
  profile: WireProfile,
  present: typeof problem = problem,
): Answer {
  const { code, text } = httpErrors[reason];
  return present(status, code, text, profile, headers);
}

function presentCrmError(error: CrmError, request: Request, profile: WireProfile, present: typeof problem): Answer {
  if (isSignInReason(error.reason)) return legacyError(signInErrors[error.reason], request, profile, { auth: false });
  const { status, code, text } = describeCrmError(error);
  return present(status, code, text, profile);
}

/** What is told of an error of the rules. */
export function describeCrmError({ reason, path, message }: CrmError): { status: number; code: number; text: string } {
  if (isSignInReason(reason)) {
    const { status, code, text } = signInErrors[reason];
    return { status, code: Number(code), text };
  }
  const { status, add, update, text } = refusals[reason];
  const detail = reason === 'bad_value' || reason === 'enum_not_found' ? expectedTexts[message as Expected] : message;
  const place = [path, detail].filter(Boolean).join(': ');
  const code = path?.startsWith('update') ? update : add;
  return { status, code, text: place ? `${text} (${place})` : text };
}

function isSignInReason(reason: Reason): reason is SignInReason {
  return reason in signInErrors;
}

/** Shape B. Clients look for `title` "Error", `status` and `detail`. source: reference §1.6 */
function problem(
  status: number,
  code: number,
  text: string,
  profile: WireProfile,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const detail = `Код ошибки ${code}. ${text}`;
  const body: ProblemJson = { title: 'Error', type: `https://httpstatus.es/${status}`, status, detail };
  const answer = halAnswer(status, body, profile);
  return { ...answer, headers: { ...answer.headers, ...headers, 'Content-Type': 'application/problem+json' } };
}

/** The older addresses and the sign-in, whose failures all have their envelope. source: reference §1.6 C */
const legacyPath = '/private/api/';

function legacyProblem(request: Request): typeof problem {
  return (status, code, detail, profile, headers = {}) => {
    const text = `Код ошибки ${code}. ${detail}`;
    const answer = legacyError({ status, code: String(code), text }, request, profile);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  };
}

/** Titles, type and details are recorded in client issues: amocrm-api-php #123, #315, Krukov/amocrm_api #41. */
function oauthProblem({ status, message: hint }: OAuthError, profile: WireProfile): Answer {
  const type = 'https://developers.amocrm.ru/v3/errors/OAuthProblemJson';
  const [title, detail] = oauthTexts[status];
  const body: OAuthProblemJson = { hint, title, type, status, detail };
  const answer = halAnswer(status, body, profile);
  return { ...answer, headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' } };
}

/** Shape C, the older envelope. source: reference §1.6 */
function legacyError(
  { status, code, text }: { readonly status: number; readonly code: string; readonly text: string },
  request: Request,
  profile: WireProfile,
  signIn: { readonly auth?: false } = {},
): Answer {
  const body: LegacyErrorJson = {
    response: {
      ...signIn,
      error: text,
      error_code: code,
      ip: request.ip,
      domain: (request.headers.host ?? '').replace(/:\d+$/, ''),
      server_time: request.now,
    },
  };
  return jsonAnswer(status, body, profile);
}

/** The profile that an account's answers have. */
export function profileOf(account: Account, fallback: WireProfile): WireProfile {
  return account.wire ?? fallback;
}
