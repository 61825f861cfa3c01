import { useEffect, useState } from 'preact/hooks';

/** A pause in typing. */
const PAUSE_MS = 120;

/** The value as it was when it last stood still: what is costly is not done for every key. */
export function useDeferred<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
