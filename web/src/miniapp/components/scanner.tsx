import { useContext, useEffect, useRef, useState } from 'react';
import { t } from '../../i18n';
import { MiniIcon } from '../icons';
import { onOf, propsOf, textOf } from '../node';
import { FormContext, useBusy, useValue, useView, type PartProps } from './context';
import { FieldFrame, useField } from './field';
import type { Parts } from './NodeView';

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}

/** Not every browser reads codes. */
function makeDetector(): Detector | null {
  const made = (globalThis as { BarcodeDetector?: new () => Detector }).BarcodeDetector;
  try {
    return made && typeof navigator.mediaDevices?.getUserMedia === 'function' ? new made() : null;
  } catch {
    return null;
  }
}

/** Reads a code by the camera, where the browser can; else, and always also, it can be typed. */
function Scanner(props: PartProps): JSX.Element {
  const { node, id } = props;
  const view = useView();
  const form = useContext(FormContext);
  const field = useField(props);
  const [value, set] = useValue(props);
  const busy = useBusy(id);
  const [typed, setTyped] = useState('');
  const [filming, setFilming] = useState(false);
  const [canScan] = useState(() => makeDetector() !== null);
  const { name, on } = propsOf(node);
  const action = onOf(on);
  // In a form it is a field like others; alone, each code is an action.
  const isField = textOf(name) !== undefined && (form !== null || !action);
  const text = isField ? textOf(value) ?? '' : typed;
  const take = (code: string): void => {
    setFilming(false);
    if (isField) return set(code);
    setTyped('');
    if (action && code.trim() !== '') view.act({ on: action, by: id, value: code.trim() });
  };
  return (
    <FieldFrame id={id} field={field.label === '' ? { ...field, label: t('miniapp.scanner') } : field}>
      <div className="mini-scanner">
        <input
          id={field.inputId}
          type="text"
          className="mini-input"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder={t('miniapp.scanner.type')}
          value={text}
          onChange={(event) => (isField ? set(event.target.value) : setTyped(event.target.value))}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || isField) return;
            event.preventDefault();
            take(text);
          }}
          {...field.aria}
        />
        {!isField && (
          <button type="button" className="mini-button primary" disabled={busy || text.trim() === ''} onClick={() => take(text)}>
            <span>{t('common.ok')}</span>
          </button>
        )}
        {canScan && (
          <button type="button" className="mini-button secondary" aria-pressed={filming} onClick={() => setFilming(!filming)}>
            <MiniIcon name={filming ? 'close' : 'camera'} />
            <span>{t(filming ? 'miniapp.scanner.stop' : 'miniapp.scanner.start')}</span>
          </button>
        )}
      </div>
      {filming && <Camera onCode={take} onFail={() => setFilming(false)} />}
    </FieldFrame>
  );
}

const LOOK_MS = 200;

function Camera({ onCode, onFail }: { readonly onCode: (code: string) => void; readonly onFail: () => void }): JSX.Element {
  const view = useView();
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef({ onCode, onFail });
  told.current = { onCode, onFail };
  useEffect(() => {
    let stopped = false;
    let stream: MediaStream | null = null;
    let timer: ReturnType<typeof setTimeout>;
    const detector = makeDetector();
    const look = async (): Promise<void> => {
      const [found] = (video.current && (await detector?.detect(video.current).catch(() => []))) ?? [];
      if (stopped) return;
      if (found) told.current.onCode(found.rawValue);
      else timer = setTimeout(() => void look(), LOOK_MS);
    };
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }).then(
      async (opened) => {
        stream = opened;
        if (stopped || !video.current) return opened.getTracks().forEach((track) => track.stop());
        video.current.srcObject = opened;
        await video.current.play().catch(() => undefined);
        void look();
      },
      () => {
        if (stopped) return;
        view.toast('error', t('miniapp.scanner.noCamera'));
        told.current.onFail();
      },
    );
    return () => {
      stopped = true;
      clearTimeout(timer);
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, [view]);
  return (
    <div className="mini-camera">
      <video ref={video} muted playsInline aria-label={t('miniapp.scanner.camera')} />
      <span aria-hidden="true" />
    </div>
  );
}

export const scanners: Parts = { scanner: Scanner };
