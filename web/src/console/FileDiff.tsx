import { memo, useState } from 'react';
import { describe } from '../client/messages';
import { Icon } from '../components/common/Icon';
import { Spinner } from '../components/common/Spinner';
import { t } from '../i18n';
import { formatSize } from '../i18n/format';
import type { ConsoleCalls } from './calls';
import type { ChangedFile, DiffLine } from './model';
import { Strange } from './parts';
import { numbered } from './review';

interface Props {
  readonly release: number;
  readonly file: ChangedFile;
  readonly calls: ConsoleCalls;
}

const TONE = { added: 'good', removed: 'bad', changed: '' } as const;

/** One file that differs; its lines come when it is opened. */
export function FileDiff({ release, file, calls }: Props): JSX.Element {
  const [open, setOpen] = useState(false);
  const [lines, setLines] = useState<readonly DiffLine[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const toggle = (): void => {
    setOpen(!open);
    if (open || lines) return;
    setError(null);
    calls.lines(release, file.path).then(setLines, (reason: unknown) => setError(describe(reason)));
  };
  const size = file.change === 'changed' && file.size !== file.size_before;
  return (
    <li className="card file-diff" data-testid="diff-file" data-path={file.path}>
      <button type="button" className="file-head" aria-expanded={open} onClick={toggle}>
        <Icon name="down" />
        <code>
          <Strange text={file.path} />
        </code>
        <span className={`tag ${TONE[file.change]}`}>{t(`console.files.${file.change}`)}</span>
        <span className="quiet file-size">
          {size
            ? t('console.files.size', { before: formatSize(file.size_before), now: formatSize(file.size) })
            : formatSize(Math.max(file.size, file.size_before))}
        </span>
      </button>
      {open && error !== null && (
        <p className="diff-note form-error" role="alert">
          {error}
        </p>
      )}
      {open && error === null && lines === null && (
        <p className="diff-note">
          <Spinner small />
        </p>
      )}
      {open && lines?.length === 0 && <p className="diff-note quiet">{t('console.files.notText')}</p>}
      {open && lines && lines.length > 0 && <Lines path={file.path} lines={lines} />}
    </li>
  );
}

const SIGN = { same: ' ', removed: '−', added: '+', skipped: '' } as const;

/** Code of strangers: text and nothing else. */
const Lines = memo(function Lines({ path, lines }: { readonly path: string; readonly lines: readonly DiffLine[] }): JSX.Element {
  return (
    // Reachable by Tab, since the arrow keys scroll what has the focus.
    <div className="diff" role="region" aria-label={path} tabIndex={0} data-testid="diff-lines">
      <table>
        <thead className="sr-only">
          <tr>
            <th scope="col">{t('console.files.lineBefore')}</th>
            <th scope="col">{t('console.files.lineNow')}</th>
            <th scope="col">{t('console.files.sign')}</th>
            <th scope="col">{t('console.files.line')}</th>
          </tr>
        </thead>
        <tbody>
          {numbered(lines).map(({ line, before, now }, index) =>
            line.kind === 'skipped' ? (
              <tr key={index} className="skipped">
                <td colSpan={4}>
                  <span>{t('console.files.skipped', { count: line.count ?? 0 })}</span>
                </td>
              </tr>
            ) : (
              <tr key={index} className={line.kind} data-testid={`diff-${line.kind}`}>
                <td className="number">{before}</td>
                <td className="number">{now}</td>
                <td className="sign">{SIGN[line.kind]}</td>
                <td className="code">
                  <Strange text={line.text ?? ''} />
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
});
