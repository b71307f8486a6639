import type { Panel } from './panel.js';
import type { Right } from './proof/right.js';

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

/** A value that a dashboard's queries and links are filled with. */
export type Variable =
  | {
      /** Chosen from the values of a label. */
      readonly kind: 'label';
      readonly name: string;
      readonly title: string;
      /** The selector of the series that have it. */
      readonly series: string;
      /** As it is scraped. */
      readonly label: string;
    }
  | {
      /** Found by a query, and not shown. */
      readonly kind: 'found';
      readonly name: string;
      readonly expr: string;
      readonly label: string;
      readonly right: Right;
    }
  | {
      /** Not shown; `?var-NAME=…` in the address sets it. */
      readonly kind: 'text';
      readonly name: string;
      readonly value: string;
    };

export interface PageLink {
  readonly title: string;
  readonly tooltip: string;
  readonly url: string;
}

/** A dashboard. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  /** The question that it answers. */
  readonly question: string;
  readonly variables: readonly Variable[];
  readonly links: readonly PageLink[];
  readonly rows: readonly Row[];
}
