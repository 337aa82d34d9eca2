import { useEffect, useState } from 'react';
import { useClient } from '../../hooks/useClient';
import { t } from '../../i18n';
import { Qr } from '../../money/Qr';
import { MiniIcon } from '../icons';
import { boolOf, numberOf, propsOf, textOf } from '../node';
import { assetPath } from '../safe';
import { useView, type PartProps } from './context';
import type { Parts } from './NodeView';

/** The object URL of a file of the app: null while it loads, 'failed' when there is none. */
export function useAsset(src: unknown): string | null {
  const { files } = useClient();
  const path = assetPath(useView().get().app, src);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    setUrl(path === null ? 'failed' : null);
    if (path !== null) {
      files.urlOf(path).then(
        (value) => current && setUrl(value),
        () => current && setUrl('failed'),
      );
    }
    return () => {
      current = false;
    };
  }, [files, path]);
  return url;
}

function Image({ node }: PartProps): JSX.Element {
  const { src, alt, ratio, rounded } = propsOf(node);
  const url = useAsset(src);
  const [broken, setBroken] = useState(false);
  const shape = numberOf(ratio);
  const words = textOf(alt) ?? '';
  const style = shape !== undefined && shape > 0.05 && shape < 20 ? { aspectRatio: String(shape) } : undefined;
  const className = `mini-image ${boolOf(rounded) ? 'rounded' : ''}`;
  if (url === null) return <div className={`${className} waiting`} style={style} role="img" aria-label={words} />;
  if (url === 'failed' || broken) {
    return (
      <div className={`${className} broken`} style={style} role="img" aria-label={words}>
        <MiniIcon name="image" />
        <span aria-hidden="true">{words}</span>
      </div>
    );
  }
  return <img className={className} style={style} src={url} alt={words} onError={() => setBroken(true)} />;
}

/** More does not fit into a code. */
const MOST_IN_CODE = 1_500;

function QrPart({ node }: PartProps): JSX.Element | null {
  const { value, size, label } = propsOf(node);
  const text = textOf(value) ?? '';
  const words = textOf(label);
  if (text === '' || text.length > MOST_IN_CODE) return null;
  return (
    <figure className="mini-qr" style={{ width: Math.min(600, Math.max(80, numberOf(size) ?? 200)) }}>
      <Qr text={text} label={words ?? t('miniapp.qr')} />
      {words !== undefined && <figcaption dir="auto" aria-hidden="true">{words}</figcaption>}
    </figure>
  );
}

export const media: Parts = { image: Image, qr: QrPart };
