/** The hall's desks as one of them sees the others. */
import { useEffect, useState } from "preact/hooks";
import { readDesks } from "ui/hall_names.js";

/** The other desks as they are when the question is asked; none until the hall has answered. */
export function useOtherDesks(own) {
  const [all, setAll] = useState([]);
  useEffect(() => {
    readDesks().then(setAll).catch(() => null);
  }, []);
  return all.filter(({ number }) => number !== own.number);
}
