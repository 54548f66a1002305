import { Moon, Sun } from "lucide-react";
import { chooseTheme, shownTheme } from "./theme.ts";

/** Changes between light and dark. Which icon shows is up to the stylesheet, so that the static page has it right. */
export function ThemeSwitch() {
	return (
		<button
			type="button"
			aria-label="Switch between light and dark"
			onClick={() => chooseTheme(shownTheme() === "dark" ? "light" : "dark")}
			className="eased grid size-9 shrink-0 place-items-center rounded-box text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2"
		>
			<Sun aria-hidden size={18} className="theme-dark-only" />
			<Moon aria-hidden size={18} className="theme-light-only" />
		</button>
	);
}
