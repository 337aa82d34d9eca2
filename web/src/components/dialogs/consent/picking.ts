/** As exact as a decimetre, which is more than any device knows. */
const DIGITS = 6;

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
  /** Metres, as a device says; who types a place says nothing of it. */
  readonly accuracy?: number;
}

/** What a device says, no more exact than it can be: what the sheet shows is what is sent, to the digit. */
export function placeFrom(latitude: number, longitude: number, accuracy: number): Place {
  return { latitude: rounded(latitude), longitude: rounded(longitude), accuracy: Math.ceil(accuracy) };
}

/** A place as typed, with a point or a comma; null when it is none. */
export function placeTyped(latitude: string, longitude: string): Place | null {
  const [lat, lon] = [degrees(latitude, 90), degrees(longitude, 180)];
  return lat === null || lon === null ? null : { latitude: lat, longitude: lon };
}

function degrees(typed: string, most: number): number | null {
  const text = typed.trim().replace(',', '.').replace('−', '-');
  if (!/^-?\d{1,3}(\.\d*)?$/.test(text)) return null;
  const value = rounded(Number(text));
  return Math.abs(value) <= most ? value : null;
}

function rounded(value: number): number {
  const shifted = Math.round(value * 10 ** DIGITS) / 10 ** DIGITS;
  return Object.is(shifted, -0) ? 0 : shifted;
}
