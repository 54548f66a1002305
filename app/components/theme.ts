/** Light or dark as the user chose it, or as the system has it. */
type Theme = "system" | "light" | "dark";

const KEY = "porthole-theme";

/** Sets the chosen theme before the first paint. The pages contain its text, so it must stand alone. */
function applyStored(key: string): void {
	try {
		const theme = localStorage.getItem(key);
		if (theme) document.documentElement.dataset.theme = theme;
	} catch {
		// Storage may be forbidden; the system's theme serves.
	}
}

/** The text of the script in every page's head. */
export function themeScript(): string {
	return `(${applyStored})(${JSON.stringify(KEY)})`;
}

/** The theme shown now, whether chosen or the system's. */
export function shownTheme(): "light" | "dark" {
	const chosen = document.documentElement.dataset.theme;
	if (chosen === "light" || chosen === "dark") return chosen;
	return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Switches the theme for this browser; the system's own choice is stored as no choice. */
export function chooseTheme(theme: Theme): void {
	const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
	const keep = theme !== "system" && theme !== system;
	if (keep) document.documentElement.dataset.theme = theme;
	else delete document.documentElement.dataset.theme;
	try {
		if (keep) localStorage.setItem(KEY, theme);
		else localStorage.removeItem(KEY);
	} catch {
		// Storage may be forbidden; the choice then lasts as long as the page.
	}
}
