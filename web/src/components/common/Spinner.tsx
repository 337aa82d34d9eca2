export function Spinner({ small = false }: { readonly small?: boolean }): JSX.Element {
  return <span className={small ? 'spinner small' : 'spinner'} aria-hidden="true" />;
}
