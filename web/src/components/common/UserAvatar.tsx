import { useSelect } from '../../hooks/useClient';
import type { User } from '../../model';
import { selectKind } from '../../state/selectors';
import { Avatar } from './Avatar';

interface Props {
  readonly user: Pick<User, 'id' | 'name' | 'display' | 'bot' | 'miniapp'>;
  readonly size?: 'small' | 'medium' | 'large';
}

/** An account's avatar, marked when it is an app's. */
export function UserAvatar({ user, size = 'small' }: Props): JSX.Element {
  const kind = useSelect((state) => selectKind(state, user));
  return <Avatar id={user.id} name={user.display} kind={kind} size={size} />;
}
