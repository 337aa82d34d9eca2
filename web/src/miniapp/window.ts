/** The rows of a list that are here, and those that its place on the screen needs. */
export interface Rows {
  readonly from: number;
  readonly count: number;
}

/** Rows beyond the screen's edge, on each side, so that scrolling finds them drawn. */
const OVERSCAN = 20;
/** New rows are asked for when fewer than this are left beyond the edge. */
const MARGIN = 6;
const MOST = 200;

export interface Sight {
  /** How far the top of the list lies above the top of what is seen; negative when it is below. */
  readonly offset: number;
  /** How much is seen. */
  readonly height: number;
  readonly rowHeight: number;
  readonly total: number;
}

/** The rows in sight. */
export function visible({ offset, height, rowHeight, total }: Sight): Rows {
  const first = Math.min(total, Math.max(0, Math.floor(offset / rowHeight)));
  const end = Math.min(total, Math.max(first, Math.ceil((offset + height) / rowHeight)));
  return { from: first, count: end - first };
}

/** The window to ask for, or null when what is here is enough. */
export function wanted(sight: Sight, here: Rows): Rows | null {
  const seen = visible(sight);
  if (seen.count === 0) return null;
  const end = seen.from + seen.count;
  const enough =
    here.from <= Math.max(0, seen.from - MARGIN) && here.from + here.count >= Math.min(sight.total, end + MARGIN);
  if (enough) return null;
  const from = Math.max(0, seen.from - OVERSCAN);
  return { from, count: Math.min(MOST, Math.min(sight.total, end + OVERSCAN) - from) };
}
