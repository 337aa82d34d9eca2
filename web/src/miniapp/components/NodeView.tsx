import { Component, memo, type ComponentType, type ReactNode } from 'react';
import { boolOf, childrenOf, idOf, propsOf, type Node } from '../node';
import { buttons } from './buttons';
import { canvas } from './canvas';
import { charts } from './chart';
import { choices } from './choices';
import { content } from './content';
import type { PartProps } from './context';
import { files } from './files';
import { forms } from './form';
import { layout } from './layout';
import { lists } from './list';
import { maps } from './map';
import { media } from './media';
import { numbers } from './numbers';
import { overlays } from './overlay';
import { scanners } from './scanner';
import { signatures } from './signature';
import { tables } from './table';
import { tabs } from './tabs';
import { texts } from './textFields';
import { timers } from './timer';

export type Parts = Readonly<Record<string, ComponentType<PartProps>>>;

let known: ReadonlyMap<string, ComponentType<PartProps>> | null = null;

/** All components, by the names that apps use. */
function partOf(type: string): ComponentType<PartProps> | undefined {
  known ??= new Map(
    Object.entries({
      ...layout,
      ...tabs,
      ...lists,
      ...tables,
      ...content,
      ...media,
      ...buttons,
      ...forms,
      ...texts,
      ...choices,
      ...numbers,
      ...files,
      ...signatures,
      ...scanners,
      ...maps,
      ...charts,
      ...canvas,
      ...timers,
      ...overlays,
    }),
  );
  return known.get(type);
}

/** Draws one node, and only when it has changed. What this client does not know draws nothing. */
export const NodeView = memo(function NodeView({ node, id }: PartProps): JSX.Element | null {
  const Part = boolOf(propsOf(node)['hidden']) ? undefined : partOf(node.t);
  return Part ? (
    <Guard>
      <Part node={node} id={id} />
    </Guard>
  ) : null;
});

/** The children of a node, each under a name that lasts. */
export function Children({ node, id }: PartProps): JSX.Element {
  return (
    <>
      {childrenOf(node).map((child: Node, index) => {
        const childId = idOf(node, id, child, index);
        return <NodeView key={childId} node={child} id={childId} />;
      })}
    </>
  );
}

/** One component that cannot be drawn must not take the page along. */
class Guard extends Component<{ readonly children: ReactNode }, { readonly broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { readonly broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? null : this.props.children;
  }
}
