import type { GalleryState } from "./states.ts";

/** A window that the gallery looks through. */
export interface View {
	readonly name: string;
	readonly width: number;
	readonly height: number;
	/** A phone: touch, and two screen pixels for one of CSS. */
	readonly phone: boolean;
	readonly colorScheme: "light" | "dark";
}

/** File of one picture, within the gallery's folder. */
export function fileOf(state: GalleryState, view: View): string {
	return `${state.name}-${view.name}.png`;
}

/** The page that shows all pictures, state by state. */
export function indexPage(states: readonly GalleryState[], views: readonly View[]): string {
	const sections = states.map((state) => {
		const pictures = views.map((view) => {
			const file = fileOf(state, view);
			return `<a href="${file}"><img loading="lazy" src="${file}" alt="${state.words}, ${view.name}"></a>`;
		});
		return `<h2 id="${state.name}">${state.words}</h2><div>${pictures.join("")}</div>`;
	});
	return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Porthole, every state</title>
<style>
body { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; background: #808890; color: #fff }
div { display: flex; flex-wrap: wrap; gap: 1rem; align-items: flex-start }
img { height: 20rem; border-radius: .5rem; box-shadow: 0 .25rem 1rem #0006 }
</style>
<h1>Porthole, every state</h1>
${sections.join("\n")}
</html>
`;
}
