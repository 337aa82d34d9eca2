import { t } from '../../i18n';
import { listOf, numberOf, onOf, propsOf, textOf } from '../node';
import { useView, type PartProps } from './context';
import type { Parts } from './NodeView';

interface Marker {
  readonly lat: number;
  readonly lon: number;
  readonly title: string;
  readonly on: ReturnType<typeof onOf>;
}

function markersOf(value: unknown): readonly Marker[] {
  return listOf(value).flatMap((entry) => {
    const { lat, lon, title, on } = (entry ?? {}) as Record<string, unknown>;
    const [north, east] = [numberOf(lat), numberOf(lon)];
    if (north === undefined || east === undefined || Math.abs(north) > 90 || Math.abs(east) > 180) return [];
    return [{ lat: north, lon: east, title: textOf(title) ?? `${north}, ${east}`, on: onOf(on) }];
  });
}

const WIDTH = 360;
const HEIGHT = 180;
const EDGE = 34;

/** Places as a list, with a picture of how they lie to each other. No map is fetched from anywhere. */
function Map({ node, id }: PartProps): JSX.Element {
  const view = useView();
  const { markers: listed, label } = propsOf(node);
  const markers = markersOf(listed);
  const words = textOf(label) ?? t('miniapp.map');
  return (
    <figure className="mini-map" aria-label={words}>
      {markers.length > 0 && <Sketch markers={markers} />}
      <ol>
        {markers.map((marker, index) => (
          <li key={index}>
            <span className="mini-pin" aria-hidden="true">
              {index + 1}
            </span>
            {marker.on ? (
              <button type="button" className="mini-map-title" dir="auto" onClick={() => view.act({ on: marker.on!, by: `${id}#${index}` })}>
                {marker.title}
              </button>
            ) : (
              <span className="mini-map-title" dir="auto">{marker.title}</span>
            )}
            <a
              className="mini-link"
              href={`geo:${marker.lat},${marker.lon}`}
              aria-label={t('miniapp.map.openNamed', { title: marker.title })}
            >
              {t('miniapp.map.open')}
            </a>
          </li>
        ))}
      </ol>
    </figure>
  );
}

function Sketch({ markers }: { readonly markers: readonly Marker[] }): JSX.Element {
  const lats = markers.map(({ lat }) => lat);
  const middle = (Math.min(...lats) + Math.max(...lats)) / 2;
  // A degree of longitude is shorter away from the equator.
  const shrink = Math.max(0.05, Math.cos((middle * Math.PI) / 180));
  const xs = markers.map(({ lon }) => lon * shrink);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...lats), Math.max(...lats)];
  const scale = Math.min((WIDTH - 2 * EDGE) / Math.max(right - left, 1e-6), (HEIGHT - 2 * EDGE) / Math.max(high - low, 1e-6));
  const x = (value: number): number => (markers.length === 1 ? WIDTH / 2 : WIDTH / 2 + (value - (left + right) / 2) * scale);
  const y = (value: number): number => (markers.length === 1 ? HEIGHT / 2 : HEIGHT / 2 - (value - (low + high) / 2) * scale);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <rect className="mini-map-land" width={WIDTH} height={HEIGHT} />
      <path className="mini-map-water" d="M-5 132C60 112 96 150 150 138S262 92 365 112V185H-5z" />
      <path className="mini-map-road" d="M-5 60C70 78 120 22 190 52S300 96 365 64M92 -5C84 60 128 96 116 185M262 -5C270 70 230 110 250 185" />
      {markers.map((marker, index) => (
        <g key={index} transform={`translate(${x(xs[index]!).toFixed(1)} ${y(marker.lat).toFixed(1)})`}>
          <path className="mini-map-pin" d="M0 0C-7-9-11-14-11-20a11 11 0 0122 0c0 6-4 11-11 20z" />
          <text y={-16} textAnchor="middle">
            {index + 1}
          </text>
        </g>
      ))}
    </svg>
  );
}

export const maps: Parts = { map: Map };
