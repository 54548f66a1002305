import { Moon, Sun } from "lucide-react";
import { chooseTheme, shownTheme } from "./theme.ts";

/** Switches between light and dark. The stylesheet chooses the icon, so that the static page has the right one. */
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
