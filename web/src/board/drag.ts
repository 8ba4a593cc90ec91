import {
  type Announcements,
  type CollisionDetection,
  closestCenter,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import type { Lead } from '../api.ts';
import type { texts } from './texts.ts';

/** By the mouse after a few pixels, so that a click stays one; by a finger that rests, so that a swipe scrolls; by the keyboard. */
export function useBoardSensors() {
  return useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 5 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: toNextColumn, scrollBehavior: 'auto' }),
  );
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1 };

/** The arrows go from column to column. */
const toNextColumn: KeyboardCoordinateGetter = (event, { context, currentCoordinates }) => {
  const { droppableContainers, droppableRects, over } = context;
  if (!event.code.startsWith('Arrow')) return undefined;
  event.preventDefault();
  const columns = droppableContainers.getEnabled().map(({ id }) => id);
  const at = columns.indexOf(over?.id ?? '');
  const next = columns[at + (steps[event.code] ?? 0)];
  const rect = at >= 0 && next !== undefined ? droppableRects.get(next) : undefined;
  return rect && { x: rect.left + 8, y: currentCoordinates.y };
};

export const columnUnder: CollisionDetection = (args) =>
  args.pointerCoordinates ? pointerWithin(args) : closestCenter(args);

type Dragged = { readonly data: { readonly current?: Record<string, unknown> | undefined } };
export const leadOf = ({ data }: Dragged) => data.current!['lead'] as Lead;

/** What is told to who cannot see it. */
export function announcementsOf(b: typeof texts.en, nameOfStage: (status: number) => string): Announcements {
  const ends = ({ active, over }: { active: Dragged; over: { id: string | number } | null }) => {
    const lead = leadOf(active);
    const status = over ? Number(over.id) : lead.status_id;
    const say = status === lead.status_id ? b.stays : b.dropped;
    return say(lead.name, nameOfStage(status));
  };
  // A card is over its own stage as soon as it is taken: that goes without saying.
  let told: number | undefined;
  return {
    onDragStart({ active }) {
      const lead = leadOf(active);
      told = lead.status_id;
      return b.lifted(lead.name, nameOfStage(told));
    },
    onDragOver({ active, over }) {
      const status = over ? Number(over.id) : undefined;
      if (status === told) return undefined;
      told = status;
      const { name } = leadOf(active);
      return status === undefined ? b.nowhere(name) : b.over(name, nameOfStage(status));
    },
    onDragEnd: ends,
    onDragCancel: ({ active }) => ends({ active, over: null }),
  };
}
