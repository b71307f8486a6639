import type { Right } from './proof/right.js';

/** A question to Prometheus. */
export interface Query {
  readonly expr: string;
  /** What a series is called: text with Grafana's `{{label}}`. */
  readonly legend: string;
  readonly right: Right;
}

/** From which value on a number is of which colour; what lies below the first is of the `below` one. */
export interface Thresholds {
  readonly below: Colour;
  readonly from: readonly (readonly [value: number, Colour])[];
}
export type Colour = 'green' | 'orange' | 'red' | 'blue' | 'text';

/** More is worse. */
export const worseFrom = (orange: number, red?: number): Thresholds => ({
  below: 'green',
  from: [[orange, 'orange'], ...(red === undefined ? [] : [[red, 'red'] as const])],
});
/** One is one too many. */
export const mustBeZero: Thresholds = { below: 'green', from: [[1, 'red']] };
/** Below the target is bad. */
export const atLeast = (target: number): Thresholds => ({ below: 'red', from: [[target, 'green']] });

/** Grafana's ids. */
export type PanelUnit = 'short' | 's' | 'percentunit' | 'reqps' | 'cps' | 'bytes' | 'none';

interface Described {
  readonly title: string;
  /** What it says, and what to do about it: read at night. */
  readonly description: string;
  /** Of 24 columns. */
  readonly width: number;
  /** In lines of Grafana's grid, where it is not that of its kind. */
  readonly height?: number;
}

/** One number, or one a series. */
export interface StatPanel extends Described {
  readonly kind: 'stat';
  readonly unit: PanelUnit;
  readonly thresholds?: Thresholds;
  readonly query: Query;
  /** Uid of the dashboard that says more. */
  readonly more?: string;
}

/** Numbers over time. */
export interface ChartPanel extends Described {
  readonly kind: 'chart';
  readonly style: 'lines' | 'stacked' | 'bars';
  readonly unit: PanelUnit;
  /** Drawn as lines. */
  readonly thresholds?: Thresholds;
  readonly queries: readonly Query[];
}

/** A bar for each series, the fullest first. */
export interface BarsPanel extends Described {
  readonly kind: 'bars';
  readonly unit: PanelUnit;
  readonly max: number;
  readonly thresholds: Thresholds;
  readonly query: Query;
}

export interface TableColumn extends Query {
  readonly unit: PanelUnit;
  readonly thresholds?: Thresholds;
}

/** A row for each set of labels, a column for each query, whose legend is its head. All queries have the same labels. */
export interface TablePanel extends Described {
  readonly kind: 'table';
  /** Labels as they are scraped, and what stands above their column. */
  readonly rows: Readonly<Record<string, string>>;
  readonly columns: readonly TableColumn[];
  /** Head of the column by which it is sorted, the largest first. */
  readonly sortBy: string;
}

export type Panel = StatPanel | ChartPanel | BarsPanel | TablePanel;

type Sized<P extends Panel> = Omit<P, 'kind' | 'width'> & { readonly width?: number };

/** A sixth of a row, unless it says otherwise. */
export const stat = (panel: Sized<StatPanel>): StatPanel => ({ kind: 'stat', width: 4, ...panel });
/** A third of a row, unless it says otherwise. */
export const chart = (panel: Sized<ChartPanel>): ChartPanel => ({ kind: 'chart', width: 8, ...panel });

export function queriesOf(panel: Panel): readonly Query[] {
  switch (panel.kind) {
    case 'stat':
    case 'bars':
      return [panel.query];
    case 'chart':
      return panel.queries;
    case 'table':
      return panel.columns;
  }
}

/** Whether it shows a course of time or the state at its end. */
export function isOverTime({ kind }: Panel): boolean {
  switch (kind) {
    case 'chart':
      return true;
    case 'stat':
    case 'bars':
    case 'table':
      return false;
  }
}
