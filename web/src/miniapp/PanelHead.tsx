import { useState } from 'react';
import { Avatar } from '../components/common/Avatar';
import { Icon, type IconName } from '../components/common/Icon';
import { IconButton } from '../components/common/IconButton';
import { PrivacyDialog } from '../components/dialogs/PrivacyDialog';
import { useClient } from '../hooks/useClient';
import { useMenu } from '../hooks/useMenu';
import { t } from '../i18n';
import { pathOf } from './address';
import type { OpenView } from './openView';
import { top } from './stack';
import { useAppInfo } from './useAppInfo';
import type { View } from './view';

interface Props {
  readonly view: OpenView;
  readonly now: View;
  readonly pageTitle: string | null;
}

/** Says always whose page it is, and that it is an app's: no app can draw here. */
export function PanelHead({ view, now, pageTitle }: Props): JSX.Element {
  const { miniapps } = useClient();
  const info = useAppInfo(now.app);
  const [privacy, setPrivacy] = useState(false);
  const title = info?.display ?? now.app;
  return (
    <>
      <header className="mini-head">
        {now.stack.length > 1 && (
          <IconButton icon="back" label={t('miniapp.back')} data-testid="miniapp-back" onClick={() => miniapps.back()} />
        )}
        <Avatar id={info?.id ?? 0} name={title} kind="miniapp" size="small" />
        <div className="mini-head-text">
          <p className="mini-head-app" data-testid="miniapp-title">
            <strong>{title}</strong>
            <span className="tag">{t('miniapp.tag')}</span>
          </p>
          <h2 className="quiet" data-testid="miniapp-page-title" tabIndex={-1}>
            <bdi>{pageTitle ?? `@${now.app}`}</bdi>
          </h2>
        </div>
        <HeadMenu view={view} now={now} onPrivacy={() => setPrivacy(true)} />
        <IconButton icon="close" label={t('miniapp.close')} data-testid="miniapp-close" onClick={() => miniapps.close()} />
      </header>
      {privacy && (
        <PrivacyDialog app={info && { id: info.id, title: info.display }} onClose={() => setPrivacy(false)} />
      )}
    </>
  );
}

interface MenuProps {
  readonly view: OpenView;
  readonly now: View;
  readonly onPrivacy: () => void;
}

function HeadMenu({ view, now, onPrivacy }: MenuProps): JSX.Element {
  const { open, setOpen, box, onKeyDown } = useMenu();
  const copy = async (): Promise<void> => {
    const link = location.origin + pathOf({ app: now.app, chat: now.asked, ...top(now.stack) });
    try {
      await navigator.clipboard.writeText(link);
      view.toast('info', t('miniapp.copied'));
    } catch {
      view.toast('info', link);
    }
  };
  const item = (icon: IconName, label: string, testId: string, run: () => void): JSX.Element => (
    <button
      type="button"
      className="menu-item"
      data-testid={testId}
      onClick={() => {
        setOpen(false);
        run();
      }}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
  return (
    <div className="menu-box" ref={box} onKeyDown={onKeyDown}>
      <IconButton
        icon="more"
        label={t('miniapp.menu')}
        data-testid="miniapp-menu"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      />
      {open && (
        <div className="menu at-end">
          <div className="menu-items">
            {item('retry', t('miniapp.reload'), 'miniapp-reload', () => view.take({ type: 'reload' }))}
            {item('shield', t('miniapp.permissions'), 'miniapp-permissions', onPrivacy)}
            {item('copy', t('miniapp.copy'), 'miniapp-copy', () => void copy())}
          </div>
        </div>
      )}
    </div>
  );
}
