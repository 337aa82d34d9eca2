/** A public key, in full: what is left out could be what differs. */
export function KeyCode({ value }: { readonly value: string }): JSX.Element {
  return <code className="key-code">{value}</code>;
}
