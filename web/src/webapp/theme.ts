/** The client's colours under the names that mini-apps know them by. */
const NAMES: Readonly<Record<string, string>> = {
  bg_color: '--panel',
  text_color: '--ink',
  hint_color: '--ink-soft',
  link_color: '--accent',
  button_color: '--accent',
  button_text_color: '--on-accent',
  secondary_bg_color: '--ground',
  header_bg_color: '--panel',
  bottom_bar_bg_color: '--panel',
  accent_text_color: '--accent',
  section_bg_color: '--panel',
  section_header_text_color: '--accent-strong',
  section_separator_color: '--line',
  subtitle_text_color: '--ink-soft',
  destructive_text_color: '--danger',
};

export function themeParams(): Record<string, string> {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(Object.entries(NAMES).map(([name, variable]) => [name, style.getPropertyValue(variable).trim()]));
}
