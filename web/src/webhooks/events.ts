/** What a webhook can be told of. docs/api/webhooks.md */
export const eventsBySubject: readonly (readonly [subject: string, actions: readonly string[]])[] = [
  ['lead', ['add', 'update', 'delete', 'restore', 'responsible', 'status', 'note']],
  ['contact', ['add', 'update', 'delete', 'restore', 'responsible', 'note']],
  ['company', ['add', 'update', 'delete', 'restore', 'responsible', 'note']],
  ['customer', ['add', 'update', 'delete', 'responsible', 'note']],
  ['task', ['add', 'update', 'delete', 'responsible']],
];

interface EventTexts {
  readonly subjects: Readonly<Record<string, string>>;
  readonly actions: Readonly<Record<string, string>>;
}

/** `add_company` in words. */
export function wordsOf(event: string, { subjects, actions }: EventTexts): string {
  const [, action = '', subject = ''] = /^([a-z]+)_([a-z]+)$/.exec(event) ?? [];
  const [what, how] = [subjects[subject], actions[action]];
  return what && how ? `${what}: ${how}` : event;
}
