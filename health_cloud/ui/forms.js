import { createElement as h, useState } from "react";
import { Eye, EyeOff } from "lucide-react";

export const Reveal = ({ target, show, hide }) => {
  const [shown, setShown] = useState(false);
  const onClick = () => {
    const input = document.getElementById(target);
    if (input) input.type = shown ? "password" : "text";
    setShown(!shown);
  };
  return h(
    "button",
    { type: "button", className: "icbtn", "aria-label": shown ? hide : show, "aria-pressed": shown, onClick },
    h(shown ? EyeOff : Eye, { className: "ic", "aria-hidden": true }),
  );
};
