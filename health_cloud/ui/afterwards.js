// What lies below the first screenful, drawn in a turn of its own once that has been painted.
import { useEffect, useState } from "react";

export const Afterwards = ({ children }) => {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const turn = setTimeout(() => setDue(true));
    return () => clearTimeout(turn);
  }, []);
  return due ? children : null;
};
