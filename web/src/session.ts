import { queryOptions } from '@tanstack/react-query';
import {
  type AccountFieldJson,
  type AccountParts,
  crm,
  type KindName,
  KontoraError,
  type PipelineJson,
  type StatusJson,
  type UserJson,
} from './api.ts';

const parts = ['users', 'custom_fields', 'groups', 'pipelines', 'task_types'] as const;

/** Who is signed in, and the account's users, groups, fields, pipelines and types of tasks. */
export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: async ({ signal }) => {
    const account = new Account(await crm.account(parts, { signal }));
    keepFor(account.me.login);
    return account;
  },
  staleTime: 60_000,
});

export class Account {
  readonly json: AccountParts<(typeof parts)[number]>;
  readonly users: readonly UserJson[];
  readonly me: UserJson;
  readonly pipelines: readonly PipelineJson[];
  readonly #byId: ReadonlyMap<number, UserJson>;

  constructor(json: Account['json']) {
    this.json = json;
    this.users = Object.values(json._embedded.users);
    this.#byId = new Map(this.users.map((user) => [user.id, user]));
    this.me = this.#byId.get(json.current_user)!;
    this.pipelines = inOrder(json._embedded.pipelines);
  }

  fieldsOf(kind: KindName): AccountFieldJson[] {
    return inOrder(this.json._embedded.custom_fields[kind] ?? {});
  }

  /** What a user is called; his id where the account has him no more. */
  nameOf(userId: number): string {
    const user = this.#byId.get(userId);
    return user ? [user.name, user.last_name].filter(Boolean).join(' ') : String(userId);
  }
}

export function stagesOf({ statuses }: PipelineJson): StatusJson[] {
  return inOrder(statuses);
}

/** Keys that are numbers lose their order when JSON is read. */
function inOrder<T extends { readonly sort: number }>(map: Readonly<Record<string, T>>): T[] {
  return Object.values(map).sort((a, b) => a.sort - b.sort);
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof KontoraError && error.status === 401;
}

/** What a tab keeps over the end of a session, such as drafts, is for the same user alone. */
function keepFor(login: string): void {
  if (lastLogin() !== login) sessionStorage.clear();
  sessionStorage.setItem('login', login);
}

/** Who was signed in last in this tab, unless he has signed out. */
export function lastLogin(): string {
  return sessionStorage.getItem('login') ?? '';
}

/** Other tabs are told that nobody is signed in any more. */
const tabs = new BroadcastChannel('session');

export function forgetSession(): void {
  sessionStorage.clear();
  tabs.postMessage('over');
}

export function onSessionForgotten(listener: () => void): void {
  tabs.onmessage = listener;
}

/** An address of these pages, to which a sign-in may lead back. */
export function safeBack(back: string | undefined): string {
  return back && /^\/(?![/\\])/.test(back) ? back : '/';
}
