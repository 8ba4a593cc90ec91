import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Pace, Pair } from './measure.ts';
import { median, type Results } from './results.ts';
import { times } from './scenario.ts';
import { scannedWords } from './searches.ts';

/** What a search would take without an index: a scan of all texts by `like` or by `instr`, whichever is quicker, without HTTP. */
export function scan(pairs: readonly Pair[], { repetitions }: Pace, results: Results): void {
  for (const { world } of pairs) {
    const texts = new DatabaseSync(join(world.set.folders.floor, 'texts.db'), { readOnly: true });
    texts.exec('pragma mmap_size = 68719476736');
    const like = texts.prepare(`select id from company where text like '%' || ? || '%' limit 500`);
    const instr = texts.prepare('select id from company where instr(text, ?) limit 500');
    for (const { scenario, word } of scannedWords) {
      const took = [like, instr].map((statement) =>
        median(
          times(repetitions, () => {
            const sought = word(world);
            const startedAt = performance.now();
            statement.all(sought);
            return performance.now() - startedAt;
          }),
        ),
      );
      results.set(`scan ${scenario}`, world.set.size, Math.min(...took));
    }
    texts.close();
  }
}
