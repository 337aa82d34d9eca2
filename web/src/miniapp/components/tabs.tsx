import { useId, useRef, useSyncExternalStore, type KeyboardEvent } from 'react';
import { boolOf, childrenOf, idOf, numberOf, propsOf, textOf } from '../node';
import { useView, type PartProps } from './context';
import { Children, type Parts } from './NodeView';

/** Which tab is open is the device's own: it is kept as what was typed is. */
function Tabs({ node, id }: PartProps): JSX.Element {
  const { inputs } = useView();
  const base = useId();
  const bar = useRef<HTMLDivElement>(null);
  const { selected } = propsOf(node);
  const tabs = childrenOf(node)
    .map((child, index) => ({ child, index: index + 1, id: idOf(node, id, child, index) }))
    .filter(({ child }) => child.t === 'tab' && !boolOf(propsOf(child)['hidden']));
  const typed = useSyncExternalStore(inputs.subscribe, () => inputs.typedAt(id, selected));
  const wish = numberOf(typed?.value) ?? numberOf(selected) ?? 1;
  const open = tabs.find((tab) => tab.index === wish) ?? tabs[0];
  const choose = (place: number): void => {
    const tab = tabs[(place + tabs.length) % tabs.length];
    if (!tab) return;
    inputs.set(id, tab.index, selected);
    bar.current?.querySelectorAll<HTMLElement>('[role="tab"]')[tabs.indexOf(tab)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = open ? tabs.indexOf(open) : 0;
    const sign = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
    const places: Readonly<Record<string, number>> = {
      ArrowLeft: at - sign,
      ArrowRight: at + sign,
      Home: 0,
      End: tabs.length - 1,
    };
    const place = places[event.key];
    if (place === undefined) return;
    event.preventDefault();
    choose(place);
  };
  return (
    <div className="mini-tabs">
      <div className="mini-tab-bar" role="tablist" ref={bar} onKeyDown={onKeyDown}>
        {tabs.map((tab, place) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${base}t${tab.index}`}
            aria-selected={tab === open}
            aria-controls={tab === open ? `${base}p${tab.index}` : undefined}
            tabIndex={tab === open ? 0 : -1}
            onClick={() => choose(place)}
          >
            <span dir="auto">{textOf(propsOf(tab.child)['title']) ?? place + 1}</span>
          </button>
        ))}
      </div>
      {open && (
        <div
          key={open.id}
          className="mini-tab-panel"
          role="tabpanel"
          id={`${base}p${open.index}`}
          aria-labelledby={`${base}t${open.index}`}
          tabIndex={0}
        >
          <Children node={open.child} id={open.id} />
        </div>
      )}
    </div>
  );
}

export const tabs: Parts = { tabs: Tabs };
