import type { Actor, User } from '../crm/account.ts';
import type { Integration } from '../crm/oauth.ts';
import { policyHash } from '../http/keys.ts';
import type { Answer } from '../http/request.ts';

export type Language = User['language'];

/** What the page can have to say before anything else. */
export const pageProblems = [
  'bad_request',
  'foreign_form',
  'not_administrator',
  'wrong_credentials',
  'too_many_failures',
  'user_inactive',
  'account_not_found',
  'ip_not_allowed',
] as const;
export type PageProblem = (typeof pageProblems)[number];

export interface Page {
  readonly status: number;
  readonly language: Language;
  readonly problem: PageProblem | undefined;
  readonly integration: Integration | undefined;
  /** What the forms repeat of the request. */
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly actor: Actor | undefined;
  /** Of the decision's form; without it there is the sign-in. */
  readonly token: string | undefined;
}

interface Words {
  readonly title: string;
  readonly asks: string;
  readonly account: string;
  readonly user: string;
  readonly acts: string;
  readonly leadsTo: string;
  readonly approve: string;
  readonly refuse: string;
  readonly login: string;
  readonly key: string;
  readonly signIn: string;
  readonly problems: Readonly<Record<PageProblem, string>>;
}

const words: Readonly<Record<Language, Words>> = {
  ru: {
    title: 'Доступ к аккаунту',
    asks: 'просит доступ к аккаунту',
    account: 'Аккаунт',
    user: 'Пользователь',
    acts: 'Интеграция будет работать от имени этого пользователя и с его правами.',
    leadsTo: 'После ответа откроется',
    approve: 'Разрешить',
    refuse: 'Отказать',
    login: 'Логин',
    key: 'API-ключ',
    signIn: 'Войти',
    problems: {
      bad_request: 'Ссылка неверна: такой интеграции нет или её адрес другой.',
      foreign_form: 'Форма устарела или отправлена не с этой страницы. Ответьте ещё раз.',
      not_administrator: 'Разрешить доступ может только администратор аккаунта.',
      wrong_credentials: 'Неверный логин или ключ.',
      too_many_failures: 'Слишком много неудачных попыток входа, повторите позже.',
      user_inactive: 'Пользователь выключен или не состоит в этом аккаунте.',
      account_not_found: 'Аккаунт не найден.',
      ip_not_allowed: 'Доступ с этого IP-адреса запрещён.',
    },
  },
  en: {
    title: 'Access to the account',
    asks: 'asks for access to the account',
    account: 'Account',
    user: 'User',
    acts: 'The integration will act as this user, with this user’s rights.',
    leadsTo: 'Your answer leads to',
    approve: 'Allow',
    refuse: 'Refuse',
    login: 'Login',
    key: 'API key',
    signIn: 'Sign in',
    problems: {
      bad_request: 'The link is wrong: there is no such integration, or its address is another.',
      foreign_form: 'The form is out of date or was not sent from this page. Please answer again.',
      not_administrator: 'Only an administrator of the account can allow access.',
      wrong_credentials: 'Wrong login or key.',
      too_many_failures: 'Too many failed attempts to sign in, try again later.',
      user_inactive: 'The user is switched off or does not belong to this account.',
      account_not_found: 'There is no such account.',
      ip_not_allowed: 'Access from this IP address is not allowed.',
    },
  },
};

const style = `
body { font: 16px/1.5 system-ui, sans-serif; max-width: 26rem; margin: 12vh auto; padding: 0 1rem; color: #222 }
h1 { font-size: 1.25rem; overflow-wrap: anywhere }
dt { color: #666 } dd { margin: 0 0 .5rem; overflow-wrap: anywhere }
label { display: block; margin: .75rem 0 } input { display: block; width: 100%; box-sizing: border-box; font: inherit; padding: .4rem }
button { font: inherit; padding: .4rem 1.2rem; margin: .5rem .5rem 0 0 }
[role=alert] { border-left: 4px solid #c33; padding-left: .75rem }
`;

export function renderPage(page: Page): Answer {
  return { status: page.status, headers: headersFor(page), body: Buffer.from(document(page).text) };
}

/** Chrome applies form-action to the redirect that follows a form, too. */
function headersFor({ integration }: Page): Record<string, string> {
  const answersTo = integration ? ` ${new URL(integration.redirectUri).origin}` : '';
  const policy = [
    `default-src 'none'`,
    `style-src '${policyHash(style)}'`,
    `form-action 'self'${answersTo}`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}

/** HTML in which everything that came from outside is escaped. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const none = new Html('');

/** html`… ${value} …`: texts are escaped, nested html`…` is put in place. */
function html(strings: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const texts = values.map((value) => (value instanceof Html ? value.text : escaped(value)));
  return new Html(String.raw({ raw: strings }, ...texts));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function document(page: Page): Html {
  const say = words[page.language];
  const { integration, problem } = page;
  const alert = problem ? html`<p role="alert">${say.problems[problem]}</p>` : none;
  return html`<!doctype html>
<html lang="${page.language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${say.title}</title>
<style>${new Html(style)}</style>
<h1>${integration ? html`«${integration.name}» ${say.asks}` : say.title}</h1>
${alert}
${page.actor ? actorPart(page.actor, say) : none}
${integration ? formPart(page, integration, say) : none}
</html>
`;
}

function actorPart({ account, user }: Actor, say: Words): Html {
  return html`<dl>
<dt>${say.account}</dt><dd>${account.name} (${account.subdomain})</dd>
<dt>${say.user}</dt><dd>${user.name} (${user.login})</dd>
</dl>`;
}

function formPart({ fields, token }: Page, { redirectUri }: Integration, say: Words): Html {
  const repeated = Object.entries({ ...fields, token }).map(([name, value]) => hidden(name, value));
  return html`<form method="post" action="/oauth">${join(repeated)}${
    token === undefined ? signInFields(say) : decisionFields(new URL(redirectUri).origin, say)
  }</form>`;
}

function hidden(name: string, value: string | undefined): Html {
  return value === undefined ? none : html`<input type="hidden" name="${name}" value="${value}">`;
}

function decisionFields(origin: string, say: Words): Html {
  return html`
<p>${say.acts} ${say.leadsTo} ${origin}.</p>
<button name="decision" value="approve">${say.approve}</button>
<button name="decision" value="refuse">${say.refuse}</button>
`;
}

function signInFields(say: Words): Html {
  return html`
<label>${say.login} <input name="login" autocomplete="username" required></label>
<label>${say.key} <input name="api_key" type="password" autocomplete="current-password" required></label>
<button>${say.signIn}</button>
`;
}

function join(parts: readonly Html[]): Html {
  return new Html(parts.map((part) => part.text).join(''));
}
