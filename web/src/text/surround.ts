export interface Selected {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Puts a marker around the selection, or takes it away where it is; `start` and `end` are the selection after. */
export function surround(text: string, start: number, end: number, marker: string): Selected {
  const size = marker.length;
  const wrapped = text.slice(Math.max(0, start - size), start) === marker && text.slice(end, end + size) === marker;
  if (wrapped) {
    return {
      text: text.slice(0, start - size) + text.slice(start, end) + text.slice(end + size),
      start: start - size,
      end: end - size,
    };
  }
  return {
    text: text.slice(0, start) + marker + text.slice(start, end) + marker + text.slice(end),
    start: start + size,
    end: end + size,
  };
}
