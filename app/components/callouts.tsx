import type { Person } from "../../signaling/protocol/messages.ts";
import type { ControlView } from "../viewer/control-view.ts";
import type { Viewer } from "../viewer/viewer.ts";
import { Request } from "./request.tsx";

interface CalloutsProps {
	readonly viewer: Viewer | undefined;
	readonly control: ControlView;
	/** Who waits to be let in, where this person may do that. */
	readonly waiting: readonly Person[];
	/** What to say to somebody who touched without control; empty otherwise. */
	readonly refusal: string;
}

/** Under the control pill: what others ask of this person, and why a touch did nothing. Read out when it appears. */
export function Callouts({ viewer, control, waiting, refusal }: CalloutsProps) {
	return (
		<div
			data-testid="callouts"
			aria-live="polite"
			className="pointer-events-none absolute top-2 right-2 z-10 flex max-w-[calc(100%-1rem)] flex-col items-end gap-2"
		>
			{refusal !== "" && (
				<p
					data-testid="touch-refused"
					className="animate-appear rounded-box border border-line bg-raised px-3 py-2 text-pretty font-medium shadow-float"
				>
					{refusal}
				</p>
			)}
			{control.requests.map(({ viewerId, name, until }) => (
				<Request
					key={`control ${viewerId}`}
					testId="control-request"
					words={`${name} asks for control`}
					until={until}
					yes="Give"
					no="Not now"
					onYes={() => viewer?.control("give", viewerId)}
					onNo={() => viewer?.control("deny", viewerId)}
				/>
			))}
			{waiting.map(({ viewerId, name }) => (
				<Request
					key={`door ${viewerId}`}
					testId="door-request"
					words={`${name} asks to be let in`}
					yes="Let in"
					no="Refuse"
					onYes={() => viewer?.admit(viewerId, true)}
					onNo={() => viewer?.admit(viewerId, false)}
				/>
			))}
		</div>
	);
}
