import { Icon } from '../components/common/Icon';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly testId?: string;
  readonly onChange: (value: string) => void;
}

export function SearchField({ label, value, testId, onChange }: Props): JSX.Element {
  return (
    <label className="search console-search">
      <Icon name="search" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        data-testid={testId}
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
