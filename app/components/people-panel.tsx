import { Popover } from "@base-ui/react/popover";
import type { RefObject } from "react";
import type { ViewerState } from "../viewer/state.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { NameForm } from "./name-form.tsx";
import { PersonRow } from "./person-row.tsx";
import { ignoresAnchor } from "./popup-anchor.ts";

interface PeoplePanelProps {
	readonly viewer: Viewer;
	readonly state: ViewerState;
	readonly open: boolean;
	onOpen(open: boolean): void;
	readonly anchor: RefObject<HTMLButtonElement | null>;
}

/** Everybody on the device, what they may do and how their connection does; here one changes one's own name. */
export function PeoplePanel({ viewer, state, open, onOpen, anchor }: PeoplePanelProps) {
	const people = state.people ?? [];
	const me = people.find(({ viewerId }) => viewerId === state.viewerId);
	return (
		<Popover.Root open={open} onOpenChange={ignoresAnchor(anchor, onOpen)}>
			<Popover.Portal>
				<Popover.Positioner anchor={anchor} side="bottom" align="end" sideOffset={8} className="z-20">
					<Popover.Popup
						data-testid="people-panel"
						finalFocus={anchor}
						className="flex max-h-[min(32rem,calc(100dvh-5rem))] w-[min(24rem,calc(100vw-1rem))] animate-appear flex-col rounded-box border border-line bg-raised text-ink shadow-float outline-none"
					>
						<Popover.Title className="px-4 pt-4 pb-2 font-semibold text-large">People</Popover.Title>
						<ul className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
							{people.map((person) => (
								<PersonRow
									key={person.viewerId}
									person={person}
									me={person === me}
									state={state}
									viewer={viewer}
								/>
							))}
						</ul>
						{me && (
							<div className="border-line border-t p-4">
								<NameForm name={me.name} action="Rename" onName={(name) => viewer.rename(name)} />
							</div>
						)}
					</Popover.Popup>
				</Popover.Positioner>
			</Popover.Portal>
		</Popover.Root>
	);
}
