import { useState } from 'react';
import { useClient, useSelect } from '../../hooks/useClient';
import { useMenu } from '../../hooks/useMenu';
import { t } from '../../i18n';
import { currentTheme, setTheme, type Theme } from '../../theme';
import type { Page } from '../../client/pages';
import { addressOf } from '../../client/pages';
import { Avatar } from '../common/Avatar';
import { Icon, type IconName } from '../common/Icon';
import { ConfirmDialog } from '../dialogs/ConfirmDialog';
import { PrivacyDialog } from '../dialogs/PrivacyDialog';
import { ProfileDialog } from '../dialogs/ProfileDialog';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

export function UserMenu(): JSX.Element {
  const client = useClient();
  const me = useSelect((state) => state.me);
  const unsent = useSelect((state) => state.outbox.length);
  const { open, setOpen, box, onKeyDown } = useMenu();
  const [asking, setAsking] = useState(false);
  const [dialog, setDialog] = useState<'profile' | 'privacy' | null>(null);
  const [theme, choose] = useState<Theme>(currentTheme);

  const show = (which: 'profile' | 'privacy'): void => {
    setOpen(false);
    setDialog(which);
  };
  const pageItem = (page: Page, icon: IconName, label: string, testId: string): JSX.Element => (
    <a
      href={addressOf(page)}
      className="menu-item"
      data-testid={testId}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        setOpen(false);
        client.navigation.open(page);
      }}
    >
      <Icon name={icon} />
      {label}
    </a>
  );
  const signOut = (): void => {
    setOpen(false);
    if (unsent > 0) setAsking(true);
    else client.signOut();
  };

  return (
    <div className="menu-box" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        className="icon-button avatar-button"
        data-testid="user-menu"
        aria-label={t('menu.open')}
        title={me?.display}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Avatar id={me?.id ?? 0} name={me?.display ?? ''} size="small" picture={me?.picture} />
      </button>
      {open && (
        <div className="menu">
          <p className="menu-user">
            <strong>{me?.display}</strong>
            <span className="quiet">@{me?.name}</span>
          </p>
          <fieldset>
            <legend>{t('theme.label')}</legend>
            <div className="segments">
              {THEMES.map((value) => (
                <label key={value}>
                  <input
                    type="radio"
                    name="theme"
                    checked={theme === value}
                    onChange={() => {
                      setTheme(value);
                      choose(value);
                    }}
                  />
                  <span>{t(`theme.${value}`)}</span>
                </label>
              ))}
            </div>
          </fieldset>
          <div className="menu-items">
            <button type="button" className="menu-item" data-testid="profile" onClick={() => show('profile')}>
              <Icon name="person" />
              {t('profile.open')}
            </button>
            <button type="button" className="menu-item" data-testid="privacy" onClick={() => show('privacy')}>
              <Icon name="shield" />
              {t('privacy.title')}
            </button>
            {pageItem({ kind: 'wallet' }, 'wallet', t('money.wallet'), 'menu-wallet')}
            {pageItem({ kind: 'publish' }, 'upload', t('menu.publish'), 'menu-publish')}
            {me?.operator === true && pageItem({ kind: 'console', path: [] }, 'console', t('menu.console'), 'menu-console')}
            <button type="button" className="menu-item" data-testid="sign-out" onClick={signOut}>
              <Icon name="leave" />
              {t('signout')}
            </button>
          </div>
        </div>
      )}
      {dialog === 'privacy' && <PrivacyDialog onClose={() => setDialog(null)} />}
      {dialog === 'profile' && me && <ProfileDialog me={me} onClose={() => setDialog(null)} />}
      {asking && (
        <ConfirmDialog
          title={t('signout.unsent.title')}
          text={t('signout.unsent.text', { count: unsent })}
          confirm={t('signout')}
          onConfirm={() => client.signOut()}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
