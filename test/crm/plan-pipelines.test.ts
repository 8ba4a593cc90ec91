import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lost, makeMainPipeline, type Pipeline, won } from '../../src/crm/pipeline.ts';
import {
  countPipelineIds,
  numberPipelines,
  type PipelineDraft,
  type PlannedPipeline,
  planPipelines,
  planRemoval,
  type StatusDraft,
} from '../../src/crm/plan-pipelines.ts';
import type { Stage } from '../../src/crm/store.ts';
import { byId } from '../support/office.ts';

/** The main pipeline has the stages 11 to 14 after the unsorted 10, the second one 21 to 24 after 20. */
const main = makeMainPipeline(1, 10);
const second: Pipeline = { ...makeMainPipeline(2, 20), name: 'Вторая', sort: 2, isMain: false };
const pipelines = byId(main, second);

function stage(name: string, parts: Partial<StatusDraft> = {}): StatusDraft {
  return { path: `add/0/statuses/${name}`, ids: [], name, ...parts };
}

function draft(parts: Partial<PipelineDraft> = {}): PipelineDraft {
  return { path: 'add/0', name: 'Новая', isMain: false, statuses: [stage('Этап')], ...parts };
}

/** All stages of a pipeline as they are. */
const stagesOf = ({ statuses }: Pipeline): StatusDraft[] =>
  [...statuses.values()].map(({ id, name }) => ({ path: '', ids: [id], name }));

function planAdd(...drafts: readonly PipelineDraft[]) {
  return planPipelines(pipelines, [], { add: drafts, update: new Map() });
}

function planUpdate(update: Readonly<Record<number, Partial<PipelineDraft>>>, inUse: readonly Stage[] = []) {
  const drafts = Object.entries(update).map(
    ([id, parts]) => [Number(id), { path: `update/${id}`, isMain: false, ...parts }] as const,
  );
  return planPipelines(pipelines, inUse, { add: [], update: new Map(drafts) });
}

const shape = (planned: PlannedPipeline | undefined) =>
  planned?.statuses.map(({ id, name, sort }) => [id, name, sort] as const);
const faults = (refused: readonly { path: string; fault: string }[]) => refused.map(({ path, fault }) => [path, fault]);

describe('a new pipeline', () => {
  test('has an unsorted stage, its own as they are sorted, and won and lost, which take a name', () => {
    const statuses = [
      stage('Б', { sort: 7 }),
      stage('А', { sort: 3 }),
      stage('В'),
      stage('Победа', { ids: [won], sort: 1, color: '#123456' }),
    ];
    const { add, refused } = planAdd(draft({ statuses }));
    assert.deepEqual(shape(add[0]), [
      [0, 'Неразобранное', 10],
      [0, 'А', 20],
      [0, 'Б', 30],
      [0, 'В', 40],
      [won, 'Победа', 10_000],
      [lost, 'Закрыто и не реализовано', 11_000],
    ]);
    assert.deepEqual(add[0]!.statuses.at(-2)!.color, '#CCFF66');
    assert.deepEqual(refused, { add: [], update: [] });
  });

  test('stands behind the others, or where it was asked for', () => {
    const { add } = planAdd(draft(), draft({ sort: 0 }), draft());
    assert.deepEqual(
      add.map(({ sort }) => sort),
      [3, 0, 5],
    );
  });

  test('gets ids for itself and its stages, the ones that have ids keep them', () => {
    const plan = planAdd(draft(), draft({ statuses: [stage('А'), stage('Б')] }));
    assert.deepEqual(countPipelineIds(plan), { pipelines: 2, statuses: 5 });
    const { added } = numberPipelines(plan, { pipelines: [3, 4], statuses: [30, 31, 40, 41, 42] });
    assert.deepEqual(
      added.map(({ id, statuses }) => [id, [...statuses.keys()]]),
      [
        [3, [30, 31, won, lost]],
        [4, [40, 41, 42, won, lost]],
      ],
    );
  });

  test('needs a name and a stage of its own, named and of an allowed colour; the others are added', () => {
    const wrong: readonly [string, Partial<PipelineDraft>][] = [
      ['name_required', { name: '' }],
      ['stage_required', { statuses: undefined }],
      ['stage_required', { statuses: [] }],
      ['stage_required', { statuses: [stage('x', { ids: [won] }), stage('y', { ids: [lost] })] }],
      ['stage_name_required', { statuses: [stage('x'), stage('', { path: 'add/0' })] }],
      ['color_not_allowed', { statuses: [stage('x', { path: 'add/0', color: '#99ccff' })] }],
      ['color_not_allowed', { statuses: [stage('x', { path: 'add/0', color: 'red' })] }],
      ['stage_twice', { statuses: [stage('x'), stage('', { ids: [won] }), stage('y', { path: 'add/0', ids: [won] })] }],
      ['too_many_stages', { statuses: Array.from({ length: 98 }, () => stage('x')) }],
    ];
    for (const [fault, parts] of wrong) {
      const { add, refused } = planAdd(draft(parts), draft());
      assert.deepEqual([add.length, faults(refused.add)], [1, [['add/0', fault]]]);
    }
    assert.equal(planAdd(draft({ statuses: Array.from({ length: 97 }, () => stage('x')) })).add.length, 1);
  });

  test('takes a colour with or without #, in letters of any case', () => {
    for (const color of ['#fffeb2', 'FFFEB2', ' #FffeB2', undefined, '']) {
      const statuses = [stage('x', { color })];
      assert.equal(planAdd(draft({ statuses })).add[0]?.statuses[1]?.color, '#fffeb2', color);
    }
  });

  test('is refused where there are fifty, also counting those of the same request', () => {
    const { add, refused } = planAdd(draft({ name: '' }), ...Array.from({ length: 49 }, () => draft({ path: 'x' })));
    assert.equal(add.length, 48);
    assert.deepEqual(faults(refused.add), [
      ['add/0', 'name_required'],
      ['x', 'too_many_pipelines'],
    ]);
  });
});

describe('a changed pipeline', () => {
  test('keeps what is not said', () => {
    const { update } = planUpdate({ 1: { name: 'Продажи' } });
    assert.deepEqual(update, [{ ...main, name: 'Продажи', statuses: [...main.statuses.values()] }]);
  });

  test('has all the stages that were sent: known ones keep their ids and colours, missing ones go, new ones come', () => {
    const statuses = [
      stage('Новый', { sort: 25, color: '#fffeb2' }),
      stage('', { ids: [12], color: '#FFFF99' }),
      stage('Контакт', { ids: [11], color: 'c1e0ff' }),
    ];
    const [planned] = planUpdate({ 1: { statuses } }).update;
    assert.deepEqual(shape(planned), [
      [10, 'Неразобранное', 10],
      [11, 'Контакт', 20],
      [0, 'Новый', 30],
      [12, 'Переговоры', 40],
      [won, 'Успешно реализовано', 10_000],
      [lost, 'Закрыто и не реализовано', 11_000],
    ]);
    assert.deepEqual(
      planned!.statuses.map(({ color }) => color),
      ['#c1c1c1', '#c1e0ff', '#fffeb2', '#ffff99', '#CCFF66', '#D5D8DB'],
    );
  });

  test('may be sent back as it was read', () => {
    const { update } = planUpdate({ 1: { name: main.name, sort: 1, isMain: true, statuses: stagesOf(main) } });
    assert.deepEqual(update, [{ ...main, statuses: [...main.statuses.values()] }]);
  });

  test('the stage of another pipeline is a new one in this', () => {
    const statuses = [...stagesOf(main), stage('Чужой', { ids: [21] })];
    const [planned] = planUpdate({ 1: { statuses } }).update;
    assert.deepEqual(
      shape(planned)?.find(([id]) => id === 0),
      [0, 'Чужой', 60],
    );
  });

  test('is refused when a stage with leads would go, and only then', () => {
    const statuses = stagesOf(main).filter(({ ids }) => ids[0] !== 13);
    const inUse = (pipelineId: number, statusId: number): Stage[] => [{ pipelineId, statusId }];
    const refused = planUpdate({ 1: { statuses }, 2: { name: 'x' } }, inUse(1, 13));
    assert.deepEqual(faults(refused.refused.update), [['update/1/statuses/13', 'stage_in_use']]);
    assert.deepEqual(
      refused.update.map(({ id }) => id),
      [2],
    );
    for (const used of [inUse(1, 12), inUse(2, 13), inUse(1, won)]) {
      assert.equal(planUpdate({ 1: { statuses } }, used).update.length, 1);
    }
  });

  test('is refused when it is not there, or would have no stage of its own', () => {
    const { refused } = planUpdate({ 1: { statuses: [] }, 3: { name: 'x' } });
    assert.deepEqual(faults(refused.update), [
      ['update/1', 'stage_required'],
      ['update/3', 'not_found'],
    ]);
  });
});

describe('the main pipeline', () => {
  const mains = (plan: ReturnType<typeof planPipelines>) =>
    [...plan.add, ...plan.update, ...plan.demote].map(({ id, isMain }) => [id, isMain] as const);

  test('is another when a new or changed one asks for it; of several the last', () => {
    assert.deepEqual(mains(planAdd(draft({ isMain: true }))), [
      [0, true],
      [1, false],
    ]);
    assert.deepEqual(mains(planUpdate({ 2: { isMain: true } })), [
      [2, true],
      [1, false],
    ]);
    assert.deepEqual(mains(planUpdate({ 1: { isMain: true }, 2: { isMain: true } })), [
      [1, false],
      [2, true],
    ]);
  });

  test('stays when nobody asks, also when it is changed itself', () => {
    assert.deepEqual(mains(planAdd(draft())), [[0, false]]);
    assert.deepEqual(mains(planUpdate({ 1: { isMain: false }, 2: {} })), [
      [1, true],
      [2, false],
    ]);
  });

  test('does not become one that is refused', () => {
    assert.deepEqual(mains(planAdd(draft({ isMain: true, name: '' }), draft())), [[0, false]]);
  });

  test('of an account without pipelines is the first', () => {
    const plan = planPipelines(new Map(), [], { add: [draft(), draft()], update: new Map() });
    assert.deepEqual(mains(plan), [
      [0, true],
      [0, false],
    ]);
  });
});

describe('pipelines are deleted', () => {
  const third: Pipeline = { ...makeMainPipeline(3, 30), sort: 3, isMain: false };
  const three = byId(main, second, third);

  test('unless they hold leads or are not there', () => {
    const { remove, promote, refused } = planRemoval(three, [{ pipelineId: 2, statusId: won }], [2, 3, 4, 3]);
    assert.deepEqual([remove, promote], [[3], []]);
    assert.deepEqual(
      [...refused],
      [
        [2, 'in_use'],
        [4, 'not_found'],
      ],
    );
  });

  test('but not the last one', () => {
    const { remove, refused } = planRemoval(three, [], [3, 2, 1]);
    assert.deepEqual([remove, [...refused]], [[2, 3], [[1, 'last']]]);
  });

  test('and where it was the main one, the first of the others is it', () => {
    const { remove, promote } = planRemoval(three, [], [1]);
    assert.deepEqual([remove, promote], [[1], [{ ...second, isMain: true }]]);
  });
});
