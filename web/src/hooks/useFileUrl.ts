import { useEffect, useState } from 'react';
import { useClient } from './useClient';

/** The object URL of an attachment: null while it loads, 'failed' when it could not. */
export function useFileUrl(file: number): string | null {
  const { files } = useClient();
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    setUrl(null);
    files.url(file).then(
      (value) => current && setUrl(value),
      () => current && setUrl('failed'),
    );
    return () => {
      current = false;
    };
  }, [files, file]);
  return url;
}
