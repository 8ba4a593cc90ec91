import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { descriptionJson } from '../../openapi/description.ts';
import type { SignIn } from '../../src/http/session.ts';
import type { Wire } from '../../src/v2/entities.ts';
import { routes } from '../../src/v2/routes.ts';
import {
  answerFaults,
  description,
  faults,
  findOperation,
  lines,
  readLines,
  resolve,
} from '../support/api-description.ts';
import { readGolden, type Step } from '../support/golden.ts';

/** `POST /api/v2/companies` and so on. A table alone: nothing of it is called. */
const served = routes({} as Wire, {} as SignIn).flatMap(({ path, methods }) =>
  Object.keys(methods).map((method) => `${method} ${path}`),
);
const described = Object.entries<object>(description.paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);

test('docs/api/openapi.json is as openapi/ writes it (npm run openapi)', () => {
  assert.equal(`${JSON.stringify(description, null, 2)}\n`, descriptionJson);
});

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(description));
  assert.deepEqual([validator.version, valid, errors], ['3.1', true, undefined]);
});

test('each route and method is described, and nothing else is', () => {
  assert.ok(served.length > 30);
  assert.deepEqual(described.toSorted(), served.toSorted());
});

test('operations have names of their own; examples of requests are right', () => {
  const operations = described.map((name) => findOperation(...(name.split(' ') as [string, string])));
  assert.equal(new Set(operations.map((operation) => operation.operationId)).size, described.length);
  for (const { operationId, requestBody } of operations) {
    for (const [type, { schema, example }] of Object.entries<{ schema: object; example?: unknown }>(
      requestBody?.content ?? {},
    )) {
      if (example !== undefined) assert.equal(faults(schema, example), undefined, `${operationId}, ${type}`);
    }
  }
});

describe('the pages in docs/api', () => {
  const folder = new URL('../../docs/api/', import.meta.url);
  const pages = readdirSync(folder).filter((name) => name.endsWith('.md'));
  const named = pages.flatMap((page) => {
    const text = readFileSync(new URL(page, folder), 'utf8');
    const found = text.matchAll(/(?:\b(GET|POST) `?)?(?<![\w.:/…*])(\/(?:api|ajax|private|oauth2?)\b[\w/.-]*)/g);
    return [...found].map(([, method, path]) => ({ page, method, path: path!.replace(/[/.]+$/, '') }));
  });
  const paths = served.map((name) => name.split(' ')[1]!);

  test('name only what is there: an address, or where several begin', () => {
    const wrong = named.filter(({ method, path }) =>
      method ? !served.includes(`${method} ${path}`) : !paths.some((one) => one === path || one.startsWith(`${path}/`)),
    );
    assert.deepEqual(wrong, []);
  });

  test('name every address', () => {
    const missing = paths.filter((path) => !named.some((one) => one.path === path));
    assert.deepEqual(missing, []);
  });
});

const golden = new URL('../wire/golden/', import.meta.url);
for (const name of readdirSync(golden).sort()) {
  describe(`what ${name} shows is described`, () => {
    for (const step of readGolden(new URL(name, golden))) {
      test(step.title, () => {
        assert.equal(answerFaults({ method: step.method, url: step.path }, answerOf(step)), undefined);
        if (!wasTaken(step)) return;
        assert.deepEqual(strangers(step), []);
        if (step.body?.startsWith('{')) {
          const { content } = findOperation(step.method, step.path).requestBody;
          const sent = content[lines] ? readLines(step.body) : [JSON.parse(step.body)];
          const { schema } = content[lines] ?? content['application/json'];
          for (const value of sent) assert.equal(faults(schema, value), undefined);
        }
      });
    }
  });
}

/** `< 200 application/json`, headers, and the body. */
function answerOf({ expected }: Step) {
  const [first = '', ...lines] = expected.split('\n');
  const [, status, type] = first.split(' ');
  const body = lines.filter((line) => !line.startsWith('<')).join('\n');
  return { status: Number(status), type: type === '-' ? null : type!, body };
}

/** Requests that were done in full are right ones. */
function wasTaken({ expected }: Step): boolean {
  return /^< 20/.test(expected) && !/"errors?"/.test(expected);
}

/** Query parameters with a value that nobody has described; a list may have brackets. */
function strangers({ method, path }: Step): string[] {
  const known: { name: string; in: string }[] = (findOperation(method, path).parameters ?? []).map(resolve);
  const names = known.filter((one) => one.in === 'query').map((one) => one.name);
  return [...new URL(path, 'http://localhost').searchParams]
    .filter(([name, value]) => value !== '' && !names.some((one) => name === one || name.startsWith(`${one}[`)))
    .map(([name]) => name);
}
