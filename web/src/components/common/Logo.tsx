/** A small colonnade, which is what a stoa is. */
export function Logo(): JSX.Element {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M6.5 11.2 16 6l9.5 5.2V13h-19zM8.5 15h2.6v7.5H8.5zm6.2 0h2.6v7.5h-2.6zm6.2 0h2.6v7.5h-2.6zM6.5 24.2h19v2.3h-19z" />
    </svg>
  );
}
