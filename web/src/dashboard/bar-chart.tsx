import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface BarChartProps {
  readonly values: readonly number[];
  readonly labels: readonly string[];
  /** How numbers are written at the side. */
  readonly format: (n: number) => string;
  /** What it shows, for who cannot see it. */
  readonly summary: string;
  /** The bar that is pointed at. */
  readonly onPoint: (index: number | undefined) => void;
}

const height = 272;

/** Bars side by side, drawn by uPlot in the page's colours. */
export function BarChart({ values, labels, format, summary, onPoint }: BarChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current!;
    const color = (name: string) => () => getComputedStyle(element).getPropertyValue(name);
    const font = `12px ${getComputedStyle(element).fontFamily}`;
    const top = Math.max(4, ...values);
    const axis = { stroke: color('--muted'), font, ticks: { show: false } };
    const chart = new uPlot(
      {
        width: element.clientWidth,
        height,
        padding: [8, 4, 0, 0],
        legend: { show: false },
        cursor: { y: false, x: false, points: { show: false }, drag: { x: false, y: false } },
        scales: {
          x: { time: false, range: [-0.6, values.length - 0.4] },
          y: { range: [0, top * 1.08] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 28,
            space: 64,
            incrs: [1, 2, 3, 5, 7, 10],
            values: (_, splits) => splits.map((index) => labels[index] ?? ''),
          },
          {
            ...axis,
            size: 44,
            space: 44,
            grid: { stroke: color('--line'), width: 1 },
            incrs: [1, 2, 5]
              .flatMap((n) => Array.from({ length: 12 }, (_, power) => n * 10 ** power))
              .sort((a, b) => a - b),
            values: (_, splits) => splits.map(format),
          },
        ],
        series: [
          {},
          {
            fill: color('--accent'),
            width: 0,
            paths: uPlot.paths.bars!({ size: [0.64, 48], radius: 0.12 }),
            points: { show: false },
          },
        ],
        hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
      },
      [values.map((_, index) => index), [...values]],
      element,
    );
    const sizes = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    sizes.observe(element);
    // The theme may be changed meanwhile: a canvas does not follow by itself.
    const themes = new MutationObserver(() => chart.redraw(true, true));
    themes.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      chart.destroy();
    };
  }, [values, labels, format, onPoint]);
  return <div ref={place} role="img" aria-label={summary} className="min-w-0 overflow-hidden" style={{ height }} />;
}
