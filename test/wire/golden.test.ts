import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { play, readGolden, writeAnswers } from '../support/golden.ts';
import { startServer } from '../support/server.ts';

// `GOLDEN=write npx node --test test/wire/golden.test.ts` writes the answers instead of comparing them.
const writing = process.env['GOLDEN'] === 'write';
const folder = new URL('./golden/', import.meta.url);

for (const name of readdirSync(folder).sort()) {
  const wire = name.includes('.recorded.') ? 'recorded' : 'documented';
  describe(`${name} answers byte for byte`, async () => {
    const file = new URL(name, folder);
    const steps = readGolden(file);
    const answers: string[] = [];
    const server = await startServer({ wire });
    for (const step of steps) {
      test(step.title, async () => {
        const answer = await play(server, step);
        answers.push(answer);
        if (!writing) assert.equal(answer, step.expected);
      });
    }
    test('the conversation ends', async () => {
      await server.close();
      assert.equal(answers.length, steps.length);
      if (writing) writeAnswers(file, steps, answers);
    });
  });
}
