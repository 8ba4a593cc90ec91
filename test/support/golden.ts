import { readFileSync, writeFileSync } from 'node:fs';
import { type Reply, request, type TestServer, testToken } from './server.ts';

/**
 * A golden file is a conversation with one server, byte for byte. Lines that begin with `#` say what is shown and where the rule comes
 * from; then follow
 *
 *     > METHOD /path            the request, its headers as `> Name: value`, its body as `> ` lines after an empty `>`
 *     < 200 content-type        status and Content-Type of the answer (`-`: none)
 *     < Name: value             further headers that have to be just so
 *     {"…"}                     the body
 *
 * A request without a header `Authorization` or a cookie is the administrator's; `> Anonymous: yes` is nobody's.
 */
export interface Step {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly expected: string;
  /** Headers that the answer is compared in. */
  readonly shownHeaders: readonly string[];
}

export function readGolden(file: URL): Step[] {
  const blocks = readFileSync(file, 'utf8')
    .trim()
    .split(/\n\n+(?=#)/);
  return blocks.map((block) => {
    const lines = block.split('\n');
    const title = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1).trim());
    const sent = lines.filter((line) => line.startsWith('>')).map((line) => line.replace(/^> ?/, ''));
    const blank = sent.indexOf('');
    const head = blank < 0 ? sent : sent.slice(0, blank);
    const [method = '', path = ''] = head[0]!.split(' ');
    const answer = lines.slice(lines.findIndex((line) => line.startsWith('<')));
    return {
      title: title.join(' '),
      method,
      path,
      headers: Object.fromEntries(head.slice(1).map((line) => line.split(/: (.*)/).slice(0, 2))),
      body: blank < 0 ? undefined : sent.slice(blank + 1).join('\n'),
      expected: answer.join('\n'),
      shownHeaders: answer.filter((line) => /^< [A-Za-z-]+:/.test(line)).map((line) => line.slice(2).split(':')[0]!),
    };
  });
}

export async function play(server: TestServer, step: Step): Promise<string> {
  const { Anonymous, ...headers } = step.headers;
  const signed = Anonymous || headers['Cookie'] ? headers : { Authorization: `Bearer ${testToken}`, ...headers };
  return show(await request(step.method, `${server.url}${step.path}`, step.body, signed), step.shownHeaders);
}

function show({ status, headers, text }: Reply, shownHeaders: readonly string[]): string {
  const lines = [`< ${status} ${headers.get('content-type') ?? '-'}`];
  for (const name of shownHeaders) lines.push(`< ${name}: ${headers.get(name) ?? ''}`);
  // Lines of JSON end with a line feed, a JSON does not.
  return [...lines, ...(text === '' ? [] : [text.replace(/\n$/, '')])].join('\n');
}

/** Writes what the server answers now into the file, for reading it over before it is committed. */
export function writeAnswers(file: URL, steps: readonly Step[], answers: readonly string[]): void {
  let text = readFileSync(file, 'utf8');
  for (const [index, { expected }] of steps.entries()) text = text.replace(expected, () => answers[index]!);
  writeFileSync(file, text);
}
