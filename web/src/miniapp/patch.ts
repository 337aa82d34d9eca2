import { childrenOf, isNode, propsOf, type Node, type PatchStep, type Path } from './node';

/** A step does not fit the tree: the view must be opened again. */
export class PatchError extends Error {
  constructor(
    readonly step: number,
    message: string,
  ) {
    super(`step ${step}: ${message}`);
    this.name = 'PatchError';
  }
}

/** The tree after all steps. What they do not touch is the same object as before, so that it is not drawn again. */
export function applyPatch(tree: Node, steps: readonly PatchStep[]): Node {
  if (!Array.isArray(steps)) throw new PatchError(0, 'no list of steps');
  return steps.reduce((now: Node, step, index) => applyStep(now, step, index), tree);
}

function applyStep(tree: Node, step: PatchStep, number: number): Node {
  const fail = (message: string): never => {
    throw new PatchError(number, message);
  };
  if (!Array.isArray(step) || !isPath(step[1])) return fail('no step');
  switch (step[0]) {
    case 'p': {
      const change = step[2];
      if (typeof change !== 'object' || change === null) return fail('no props');
      return at(tree, step[1], 0, number, (node) => withProps(node, change));
    }
    case 'r': {
      const put = step[2];
      if (!isNode(put)) return fail('no node');
      return at(tree, step[1], 0, number, () => put);
    }
    case 'd': {
      const [, path, index, count] = step;
      return onChildren(tree, path, number, (children) => {
        if (!isCount(index) || !isCount(count) || index + count > children.length) return fail('deletes what is not there');
        return [...children.slice(0, index), ...children.slice(index + count)];
      });
    }
    case 'i': {
      const [, path, index, nodes] = step;
      return onChildren(tree, path, number, (children) => {
        if (!isCount(index) || index > children.length) return fail('inserts beyond the end');
        if (!Array.isArray(nodes) || !nodes.every(isNode)) return fail('no nodes');
        return [...children.slice(0, index), ...nodes, ...children.slice(index)];
      });
    }
    case 'm': {
      const [, path, from, to] = step;
      return onChildren(tree, path, number, (children) => {
        if (!isCount(from) || !isCount(to) || from >= children.length || to >= children.length) {
          return fail('moves what is not there');
        }
        const rest = [...children.slice(0, from), ...children.slice(from + 1)];
        return [...rest.slice(0, to), children[from]!, ...rest.slice(to)];
      });
    }
    default:
      return fail('an unknown step');
  }
}

/** Rebuilds the nodes on the way to `path`, and only those. */
function at(node: Node, path: Path, depth: number, step: number, change: (node: Node) => Node): Node {
  if (depth === path.length) return change(node);
  const children = childrenOf(node);
  const index = path[depth]!;
  const child = children[index];
  if (!child) throw new PatchError(step, `no child ${path.slice(0, depth + 1).join('.')}`);
  const next = at(child, path, depth + 1, step, change);
  return next === child ? node : { ...node, n: children.map((other, place) => (place === index ? next : other)) };
}

function onChildren(
  tree: Node,
  path: Path,
  step: number,
  change: (children: readonly Node[]) => readonly Node[],
): Node {
  return at(tree, path, 0, step, (node) => {
    const n = change(childrenOf(node));
    if (n.length > 0) return { ...node, n };
    const { n: _none, ...rest } = node;
    return rest;
  });
}

function withProps(node: Node, change: Readonly<Record<string, unknown>>): Node {
  const props = new Map(Object.entries(propsOf(node)));
  for (const [name, value] of Object.entries(change)) {
    if (value === null) props.delete(name);
    else props.set(name, value);
  }
  if (props.size > 0) return { ...node, p: Object.fromEntries(props) };
  const { p: _none, ...rest } = node;
  return rest;
}

const isPath = (value: unknown): value is Path => Array.isArray(value) && value.every(isCount);
const isCount = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0;
