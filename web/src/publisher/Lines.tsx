import { linesOf } from './checks';

/** What the checks say, one thing a line. */
export function Lines({ text }: { readonly text: string }): JSX.Element {
  return (
    <ul className="check-lines">
      {linesOf(text).map((line, index) => (
        <li key={index}>{line}</li>
      ))}
    </ul>
  );
}
