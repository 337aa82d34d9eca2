// The bridge between a web mini-app and the Stoa client that shows it: window.Telegram.WebApp with Telegram's names and messages,
// so that a page written for Telegram runs as it is. Also window.Stoa.WebApp, and window.WebApp as MAX has it.
// sdk-docs/web-apps.md says what each call does here.
(() => {
  'use strict';
  if (window.Stoa?.WebApp) return;

  const VERSION = '8.0';
  const KEPT = '__stoa_launch';
  const nothing = () => {};

  // ── launch data ──────────────────────────────────────────────────────────────────────────────────────
  // The client puts it into the fragment of the first address; later pages of the same app find it in the session.
  // A page that no client frames has none: anybody could have put somebody's into a link.
  const framed = window.parent !== window;
  const readLaunch = () => {
    const found = {};
    if (!framed) return found;
    for (const pair of location.hash.replace(/^#/, '').replace(/^.*\?/, '').split('&')) {
      const [name, value = ''] = pair.split(/=(.*)/s);
      try {
        if (name.startsWith('tgWebApp')) found[name] = decodeURIComponent(value.replace(/\+/g, ' '));
      } catch { /* not ours */ }
    }
    try {
      if (found.tgWebAppData) sessionStorage.setItem(KEPT, JSON.stringify(found));
      else return { ...JSON.parse(sessionStorage.getItem(KEPT) ?? '{}'), ...found };
    } catch { /* storage is off */ }
    return found;
  };
  const parsed = (text, otherwise) => {
    try {
      return JSON.parse(text);
    } catch {
      return otherwise;
    }
  };
  const launch = readLaunch();
  const initData = launch.tgWebAppData ?? '';
  const initDataUnsafe = {};
  for (const [name, value] of new URLSearchParams(initData)) {
    initDataUnsafe[name] = /^[[{]/.test(value) ? parsed(value, value) : value;
  }
  if (initDataUnsafe.auth_date) initDataUnsafe.auth_date = Number(initDataUnsafe.auth_date);

  // ── messages and events ──────────────────────────────────────────────────────────────────────────────
  const post = (eventType, eventData = {}) => {
    // Whoever may frame the page is named by the policy that it was served with.
    if (framed) window.parent.postMessage(JSON.stringify({ eventType, eventData }), '*');
  };
  const handlers = new Map();
  const emit = (name, data) => {
    for (const handler of [...(handlers.get(name) ?? [])]) {
      try {
        handler.call(WebApp, data);
      } catch (error) {
        setTimeout(() => { throw error; });
      }
    }
  };
  const onEvent = (name, handler) => {
    if (!handlers.has(name)) handlers.set(name, []);
    if (!handlers.get(name).includes(handler)) handlers.get(name).push(handler);
  };
  const offEvent = (name, handler) => {
    const list = handlers.get(name) ?? [];
    if (list.includes(handler)) list.splice(list.indexOf(handler), 1);
  };
  const bad = (what, why) => {
    console.error(`[Stoa.WebApp] ${why}`);
    return new Error(what);
  };
  const received = {
    theme_changed: ({ theme_params }) => {
      const before = JSON.stringify(themeParams);
      setTheme(theme_params ?? {});
      if (JSON.stringify(themeParams) !== before) emit('themeChanged');
    },
    viewport_changed: (data) => {
      setViewport(data);
      emit('viewportChanged', { isStateStable: Boolean(data.is_state_stable) });
    },
    main_button_pressed: () => MainButton.isActive && emit('mainButtonClicked'),
    secondary_button_pressed: () => SecondaryButton.isActive && emit('secondaryButtonClicked'),
    back_button_pressed: () => emit('backButtonClicked'),
    settings_button_pressed: () => emit('settingsButtonClicked'),
    popup_closed: ({ button_id = null }) => {
      const done = popup;
      popup = null;
      if (!done) return;
      done(button_id);
      emit('popupClosed', { button_id });
    },
    invoice_closed: ({ slug, status }) => {
      const { url, done } = invoices.get(slug) ?? {};
      invoices.delete(slug);
      if (!url) return;
      done(status);
      emit('invoiceClosed', { url, status });
    },
    write_access_requested: ({ status }) => {
      settle('write', status === 'allowed');
      emit('writeAccessRequested', { status });
    },
    phone_requested: ({ status, response }) => {
      settle('phone', status === 'sent', { status, ...(response ? { response, responseUnsafe: unsafe(response) } : {}) });
      emit('contactRequested', { status, ...(response ? { response, responseUnsafe: unsafe(response) } : {}) });
    },
    custom_method_invoked: ({ req_id, result, error }) => {
      const done = invoked.get(req_id);
      invoked.delete(req_id);
      if (done) done(error === undefined || error === null ? null : String(error), result);
    },
    clipboard_text_received: ({ req_id, data = null }) => {
      const done = invoked.get(req_id);
      invoked.delete(req_id);
      if (done) done(data);
      emit('clipboardTextReceived', { data });
    },
    visibility_changed: ({ is_visible }) => {
      WebApp.isActive = Boolean(is_visible);
      emit(is_visible ? 'activated' : 'deactivated');
    },
  };
  const unsafe = (text) => {
    const fields = {};
    for (const [name, value] of new URLSearchParams(text)) fields[name] = parsed(value, value);
    return fields;
  };
  window.addEventListener('message', ({ source, data }) => {
    if (!framed || source !== window.parent || typeof data !== 'string') return;
    const message = parsed(data, null);
    if (message && Object.hasOwn(received, message.eventType)) received[message.eventType](message.eventData ?? {});
  });

  // ── looks ────────────────────────────────────────────────────────────────────────────────────────────
  const style = (name, value) => document.documentElement.style.setProperty(name, value);
  const isColor = (color) => /^#[0-9a-f]{6}$/i.test(color);
  const isDark = (color) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    return Math.sqrt(0.299 * r * r + 0.587 * g * g + 0.114 * b * b) < 120;
  };
  const themeParams = {};
  const setTheme = (params) => {
    for (const [name, color] of Object.entries(params)) {
      if (!isColor(color)) continue;
      themeParams[name] = color;
      style(`--tg-theme-${name.replace(/_/g, '-')}`, color);
    }
    WebApp.colorScheme = isColor(themeParams.bg_color) && isDark(themeParams.bg_color) ? 'dark' : 'light';
    style('--tg-color-scheme', WebApp.colorScheme);
  };
  const setViewport = ({ height, is_expanded, is_state_stable } = {}) => {
    WebApp.viewportHeight = height ?? window.innerHeight;
    if (is_state_stable !== false) WebApp.viewportStableHeight = WebApp.viewportHeight;
    if (is_expanded !== undefined) WebApp.isExpanded = Boolean(is_expanded);
    style('--tg-viewport-height', `${WebApp.viewportHeight}px`);
    style('--tg-viewport-stable-height', `${WebApp.viewportStableHeight}px`);
  };
  const colorOf = (color) => {
    const named = { bg_color: themeParams.bg_color, secondary_bg_color: themeParams.secondary_bg_color }[color] ?? color;
    if (!isColor(named ?? '')) throw bad('WebAppColorInvalid', `${color} is no color such as #2481cc.`);
    return named;
  };

  // ── buttons ──────────────────────────────────────────────────────────────────────────────────────────
  const bottomButton = (type, text, color, textColor) => {
    const state = {
      text, color: null, textColor: null, isVisible: false, isActive: true, isProgressVisible: false, hasShineEffect: false,
      position: 'left',
    };
    let sent = '';
    const update = () => {
      const data = {
        is_visible: state.isVisible, is_active: state.isActive, is_progress_visible: state.isProgressVisible, text: state.text,
        color: button.color, text_color: button.textColor, has_shine_effect: state.hasShineEffect,
        ...(type === 'secondary' ? { position: state.position } : {}),
      };
      if (JSON.stringify(data) !== sent) post(`web_app_setup_${type}_button`, data);
      sent = JSON.stringify(data);
      return button;
    };
    const setParams = (params) => {
      if (params.text !== undefined) {
        const trimmed = String(params.text).trim();
        if (trimmed.length < 1 || trimmed.length > 64) throw bad('WebAppBottomButtonParamInvalid', 'A text has 1 to 64 characters.');
        state.text = trimmed;
      }
      if (params.color !== undefined) state.color = params.color ? colorOf(params.color) : null;
      if (params.text_color !== undefined) state.textColor = params.text_color ? colorOf(params.text_color) : null;
      if (params.position !== undefined) state.position = params.position;
      if (params.is_visible !== undefined) state.isVisible = Boolean(params.is_visible);
      if (params.is_active !== undefined) state.isActive = Boolean(params.is_active);
      if (params.has_shine_effect !== undefined) state.hasShineEffect = Boolean(params.has_shine_effect);
      return update();
    };
    const button = {
      type,
      setParams,
      setText: (value) => setParams({ text: value }),
      show: () => setParams({ is_visible: true }),
      hide: () => setParams({ is_visible: false }),
      enable: () => setParams({ is_active: true }),
      disable: () => setParams({ is_active: false }),
      showProgress: (leaveActive) => {
        state.isActive = Boolean(leaveActive);
        state.isProgressVisible = true;
        return update();
      },
      hideProgress: () => {
        state.isActive = true;
        state.isProgressVisible = false;
        return update();
      },
      onClick: (handler) => (onEvent(`${type}ButtonClicked`, handler), button),
      offClick: (handler) => (offEvent(`${type}ButtonClicked`, handler), button),
    };
    const property = (name, key, get = () => state[name]) =>
      Object.defineProperty(button, name, { get, set: (value) => setParams({ [key]: value }), enumerable: true });
    property('text', 'text');
    property('color', 'color', () => state.color ?? themeParams[color] ?? '#2481cc');
    property('textColor', 'text_color', () => state.textColor ?? themeParams[textColor] ?? '#ffffff');
    property('isVisible', 'is_visible');
    property('isActive', 'is_active');
    property('hasShineEffect', 'has_shine_effect');
    property('position', 'position');
    Object.defineProperty(button, 'isProgressVisible', { get: () => state.isProgressVisible, enumerable: true });
    return button;
  };
  const MainButton = bottomButton('main', 'Continue', 'button_color', 'button_text_color');
  const SecondaryButton = bottomButton('secondary', 'Cancel', 'bottom_bar_bg_color', 'button_color');
  const headButton = (type) => {
    let visible = false;
    const set = (value) => {
      if (visible !== Boolean(value)) post(`web_app_setup_${type}_button`, { is_visible: Boolean(value) });
      visible = Boolean(value);
      return button;
    };
    const button = {
      show: () => set(true),
      hide: () => set(false),
      onClick: (handler) => (onEvent(`${type}ButtonClicked`, handler), button),
      offClick: (handler) => (offEvent(`${type}ButtonClicked`, handler), button),
    };
    return Object.defineProperty(button, 'isVisible', { get: () => visible, set, enumerable: true });
  };

  // ── questions to the client ──────────────────────────────────────────────────────────────────────────
  let popup = null;
  const invoices = new Map();
  const invoked = new Map();
  const waiting = new Map();
  let counter = 0;
  const settle = (what, ...answer) => {
    for (const done of waiting.get(what) ?? []) done(...answer);
    waiting.delete(what);
  };
  const ask = (what, event, done = nothing) => {
    if (waiting.has(what)) throw bad('WebAppRequestOpened', 'The same question is open already.');
    waiting.set(what, [done]);
    post(event);
  };
  const invokeCustomMethod = (method, params, done = nothing) => {
    const req_id = String(++counter);
    invoked.set(req_id, done);
    post('web_app_invoke_custom_method', { req_id, method, params });
    return WebApp;
  };
  const showPopup = (params, done = nothing) => {
    if (popup) throw bad('WebAppPopupOpened', 'A popup is open already.');
    const invalid = (why) => bad('WebAppPopupParamInvalid', why);
    const message = String(params?.message ?? '').trim();
    const title = String(params?.title ?? '').trim();
    if (message.length < 1 || message.length > 256) throw invalid('A popup has a message of 1 to 256 characters.');
    if (title.length > 64) throw invalid('A title has at most 64 characters.');
    const given = params.buttons ?? [{ type: 'close' }];
    if (!Array.isArray(given) || given.length < 1 || given.length > 3) throw invalid('A popup has 1 to 3 buttons.');
    const buttons = given.map(({ id = '', type = 'default', text = '' }) => {
      if (!['default', 'destructive', 'ok', 'close', 'cancel'].includes(type)) throw invalid(`There is no button ${type}.`);
      if (String(id).length > 64 || String(text).length > 64) throw invalid('Ids and texts have at most 64 characters.');
      if (['default', 'destructive'].includes(type) && !String(text).trim()) throw invalid('This button needs a text.');
      return { id: String(id), type, text: String(text) };
    });
    popup = done ?? nothing;
    post('web_app_open_popup', { title, message, buttons });
  };
  const CloudStorage = {
    setItem: (key, value, done) => store('saveStorageValue', { key, value: String(value) }, (error, result) => done?.(error, error ? undefined : result !== false)),
    getItem: (key, done) => CloudStorage.getItems([key], (error, values) => done?.(error, error ? undefined : values[key])),
    getItems: (keys, done) =>
      store('getStorageValues', { keys }, (error, values) =>
        done?.(error, error ? undefined : Object.fromEntries(keys.map((key) => [key, values?.[key] ?? ''])))),
    removeItem: (key, done) => CloudStorage.removeItems([key], done),
    removeItems: (keys, done) => store('deleteStorageValues', { keys }, (error) => done?.(error, error ? undefined : true)),
    getKeys: (done) => store('getStorageKeys', {}, (error, keys) => done?.(error, error ? undefined : keys)),
  };
  const store = (method, params, done) => (invokeCustomMethod(method, params, done), CloudStorage);
  const DeviceStorage = {
    setItem: (key, value, done) => device(done, () => (localStorage.setItem(`device:${key}`, String(value)), true)),
    getItem: (key, done) => device(done, () => localStorage.getItem(`device:${key}`)),
    removeItem: (key, done) => device(done, () => (localStorage.removeItem(`device:${key}`), true)),
    clear: (done) =>
      device(done, () => {
        for (const key of Object.keys(localStorage)) if (key.startsWith('device:')) localStorage.removeItem(key);
        return true;
      }),
  };
  const device = (done, run) => {
    let answer;
    try {
      answer = [null, run()];
    } catch (error) {
      answer = [String(error)];
    }
    setTimeout(() => done?.(...answer));
    return DeviceStorage;
  };
  const haptic = (data) => (post('web_app_trigger_haptic_feedback', data), HapticFeedback);
  const HapticFeedback = {
    impactOccurred: (impact_style) => haptic({ type: 'impact', impact_style }),
    notificationOccurred: (notification_type) => haptic({ type: 'notification', notification_type }),
    selectionChanged: () => haptic({ type: 'selection_change' }),
  };
  const webAddress = (address) => {
    const url = new URL(address, location.href);
    if (url.protocol !== 'https:' && url.protocol !== 'http:') throw bad('WebAppTgUrlInvalid', `${address} is no address of the web.`);
    return url;
  };
  /** The last part of an invoice's address, with or without the `$` that Telegram marks it by. */
  const slugOf = (address) => {
    const text = String(address);
    const slug = /^[\w$-]+$/.test(text) ? text : /(?:\/invoice\/|\/pay\/|\/\$|\/)([\w-]+)$/.exec(text.replace(/[?].*$/, ''))?.[1];
    if (!slug) throw bad('WebAppInvoiceUrlInvalid', `${address} is no invoice's address.`);
    return slug.replace(/^\$/, '');
  };
  const setup = (name, event, key) => (value) => {
    WebApp[name] = value;
    post(event, { [key]: value });
  };
  const refuse = (event, data) => (...given) => {
    const done = given.reverse().find((value) => typeof value === 'function');
    setTimeout(() => {
      done?.(data.given ?? false);
      if (event) emit(event, data);
    });
  };

  // ── the surface ──────────────────────────────────────────────────────────────────────────────────────
  const inset = () => ({ top: 0, bottom: 0, left: 0, right: 0 });
  const WebApp = {
    initData, initDataUnsafe, version: launch.tgWebAppVersion ?? VERSION, platform: launch.tgWebAppPlatform ?? 'unknown',
    colorScheme: 'light', themeParams, isExpanded: true, isActive: true, isFullscreen: false, isOrientationLocked: false,
    viewportHeight: window.innerHeight, viewportStableHeight: window.innerHeight, headerColor: '', backgroundColor: '', bottomBarColor: '',
    safeAreaInset: inset(), contentSafeAreaInset: inset(), isClosingConfirmationEnabled: false, isVerticalSwipesEnabled: true,
    MainButton, SecondaryButton, BackButton: headButton('back'), SettingsButton: headButton('settings'),
    HapticFeedback, CloudStorage, DeviceStorage,
    isVersionAtLeast: (wanted) => {
      const [ours, theirs] = [WebApp.version, String(wanted)].map((version) => version.split('.').map(Number));
      const at = ours.findIndex((number, index) => number !== (theirs[index] ?? 0));
      return at < 0 ? theirs.slice(ours.length).every((number) => !number) : ours[at] > (theirs[at] ?? 0);
    },
    onEvent, offEvent, invokeCustomMethod,
    ready: () => post('web_app_ready'),
    expand: () => post('web_app_expand'),
    close: (options = {}) => post('web_app_close', { return_back: Boolean(options.return_back) }),
    sendData: (data) => {
      const text = String(data ?? '');
      const bytes = new TextEncoder().encode(text).length;
      if (bytes < 1 || bytes > 4096) throw bad('WebAppDataInvalid', 'sendData takes 1 to 4096 bytes.');
      post('web_app_data_send', { data: text });
    },
    openLink: (address) => post('web_app_open_link', { url: webAddress(address).href }),
    openTelegramLink: (address) => post('web_app_open_link', { url: webAddress(address).href }),
    openMaxLink: (address) => post('web_app_open_link', { url: webAddress(address).href }),
    openInvoice: (url, done = nothing) => {
      const slug = slugOf(url);
      if (invoices.has(slug)) throw bad('WebAppInvoiceOpened', 'This invoice is open already.');
      invoices.set(slug, { url, done });
      post('web_app_open_invoice', { slug });
    },
    showPopup,
    showAlert: (message, done) => showPopup({ message }, done ? () => done() : nothing),
    showConfirm: (message, done) =>
      showPopup({ message, buttons: [{ type: 'ok', id: 'ok' }, { type: 'cancel' }] }, (id) => done?.(id === 'ok')),
    requestWriteAccess: (done) => ask('write', 'web_app_request_write_access', done),
    requestContact: (done) => ask('phone', 'web_app_request_phone', done),
    enableClosingConfirmation: () => (setup('isClosingConfirmationEnabled', 'web_app_setup_closing_behavior', 'need_confirmation')(true), WebApp),
    disableClosingConfirmation: () => (setup('isClosingConfirmationEnabled', 'web_app_setup_closing_behavior', 'need_confirmation')(false), WebApp),
    enableVerticalSwipes: () => ((WebApp.isVerticalSwipesEnabled = true), WebApp),
    disableVerticalSwipes: () => ((WebApp.isVerticalSwipesEnabled = false), WebApp),
    setHeaderColor: (color) => setup('headerColor', 'web_app_set_header_color', 'color')(colorOf(color)),
    setBackgroundColor: (color) => setup('backgroundColor', 'web_app_set_background_color', 'color')(colorOf(color)),
    setBottomBarColor: (color) => setup('bottomBarColor', 'web_app_set_bottom_bar_color', 'color')(colorOf(color)),
    readTextFromClipboard: (done) => {
      const req_id = String(++counter);
      invoked.set(req_id, done ?? nothing);
      post('web_app_read_text_from_clipboard', { req_id });
    },
    // What no client of Stoa has: each says so at once.
    requestFullscreen: refuse('fullscreenFailed', { error: 'UNSUPPORTED' }), exitFullscreen: nothing,
    lockOrientation: nothing, unlockOrientation: nothing, hideKeyboard: () => document.activeElement?.blur(),
    showScanQrPopup: refuse('scanQrPopupClosed', {}), closeScanQrPopup: nothing,
    addToHomeScreen: refuse('homeScreenFailed', {}), checkHomeScreenStatus: refuse('homeScreenChecked', { given: 'unsupported', status: 'unsupported' }),
    shareMessage: refuse('shareMessageFailed', { error: 'UNSUPPORTED' }), shareToStory: nothing,
    downloadFile: refuse('fileDownloadRequested', { status: 'cancelled' }),
    setEmojiStatus: refuse('emojiStatusFailed', { error: 'UNSUPPORTED' }), requestEmojiStatusAccess: refuse('emojiStatusAccessRequested', { status: 'cancelled' }),
    switchInlineQuery: () => { throw bad('WebAppMethodUnsupported', 'Chats of Stoa have no inline queries.'); },
    BiometricManager: { isInited: false, isBiometricAvailable: false, init: (done) => setTimeout(() => done?.()) },
  };

  setTheme(parsed(launch.tgWebAppThemeParams ?? '{}', {}));
  setViewport();
  window.addEventListener('resize', () => {
    setViewport();
    emit('viewportChanged', { isStateStable: true });
  });
  window.Stoa = { ...window.Stoa, WebApp };
  window.Telegram = { ...window.Telegram, WebApp, WebView: { onEvent, offEvent, postEvent: post, initParams: launch, isIframe: framed } };
  window.WebApp ??= WebApp;
  // Libraries that speak to the client by themselves find this before they look for Telegram's own address.
  if (framed) window.TelegramWebviewProxy ??= { postEvent: (name, data) => post(name, parsed(data ?? '{}', {})) };
  post('iframe_ready', { reload_supported: false });
  post('web_app_request_theme');
  post('web_app_request_viewport');
})();
