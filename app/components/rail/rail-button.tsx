import {
	AppWindow,
	ArrowLeft,
	Bell,
	Camera,
	CircleDot,
	CirclePower,
	Eraser,
	House,
	LayoutGrid,
	Lock,
	type LucideIcon,
	Menu,
	Mic,
	Pause,
	Play,
	Power,
	RotateCcwSquare,
	RotateCw,
	RotateCwSquare,
	Search,
	Smartphone,
	Square,
	Terminal,
	Trash2,
	Vibrate,
	Volume1,
	Volume2,
	VolumeX,
} from "lucide-react";
import {
	type ComponentProps,
	type FocusEvent,
	type KeyboardEvent,
	type MouseEvent,
	type PointerEvent,
	type ReactNode,
	useRef,
	useState,
} from "react";
import type { DeviceButton as Button } from "../../../signaling/protocol/device.ts";
import type { InputSender } from "../../viewer/input/input-sender.ts";

interface RailButtonProps extends ComponentProps<"button"> {
	readonly icon: ReactNode;
	readonly label: string;
}

/** A button of the rail: an icon and its label. */
export function RailButton({ icon, label, ...rest }: RailButtonProps) {
	return (
		<button
			type="button"
			{...rest}
			className="eased flex h-13 min-w-17 flex-1 shrink-0 sm:w-17 sm:flex-none flex-col items-center justify-center gap-1 rounded-box text-small text-soft hover:bg-hover hover:text-ink focus-visible:-outline-offset-2 active:bg-line disabled:pointer-events-none disabled:opacity-40 aria-expanded:bg-hover aria-pressed:bg-hover aria-pressed:text-accent"
		>
			{icon}
			<span className="whitespace-nowrap">{label}</span>
		</button>
	);
}

interface DeviceButtonProps {
	readonly button: Button;
	readonly input: InputSender | undefined;
	readonly disabled: boolean;
}

/** One of the device's own buttons, on the rail. */
export function DeviceButton({ button, input, disabled }: DeviceButtonProps) {
	const { handlers } = useHeldButton(button.id, input);
	return (
		<RailButton
			icon={<DeviceIcon name={button.icon} />}
			label={button.label}
			data-testid={`button-${button.id}`}
			disabled={disabled}
			{...handlers}
		/>
	);
}

/** What a button element needs to be one of the device's. */
interface HeldButton {
	readonly pressed: boolean;
	readonly handlers: {
		onPointerDown(event: PointerEvent<HTMLButtonElement>): void;
		onLostPointerCapture(): void;
		onKeyDown(event: KeyboardEvent): void;
		onKeyUp(event: KeyboardEvent): void;
		onClick(event: MouseEvent): void;
		onBlur(event: FocusEvent): void;
		onContextMenu(event: MouseEvent): void;
	};
}

/** A device's own button, held as long as it is pressed, so that long presses work. */
export function useHeldButton(id: string, input: InputSender | undefined): HeldButton {
	const held = useRef(false);
	const [pressed, setPressed] = useState(false);

	function press(down: boolean) {
		if (held.current === down) return;
		held.current = down;
		setPressed(down);
		input?.send({ type: "button", id, down });
	}

	function key(event: KeyboardEvent) {
		if (event.key !== "Enter" && event.key !== " ") return;
		// Otherwise the browser would make a click of it; clicks are left to assistive technology, below.
		event.preventDefault();
		press(event.type === "keydown");
	}

	return {
		pressed,
		handlers: {
			onPointerDown(event) {
				if (event.button !== 0) return;
				event.currentTarget.setPointerCapture(event.pointerId);
				press(true);
			},
			onLostPointerCapture: () => press(false),
			onKeyDown: key,
			onKeyUp: key,
			onClick(event) {
				if (event.detail > 0) return;
				press(true);
				press(false);
			},
			onBlur: () => press(false),
			onContextMenu: (event) => event.preventDefault(),
		},
	};
}

/** The icons a device may name for its buttons; all of lucide would weigh more than the page. */
const icons: Readonly<Record<string, LucideIcon>> = {
	"app-window": AppWindow,
	"arrow-left": ArrowLeft,
	bell: Bell,
	camera: Camera,
	"circle-power": CirclePower,
	eraser: Eraser,
	home: House,
	house: House,
	"layout-grid": LayoutGrid,
	lock: Lock,
	menu: Menu,
	mic: Mic,
	pause: Pause,
	play: Play,
	power: Power,
	"rotate-ccw-square": RotateCcwSquare,
	"rotate-cw": RotateCw,
	"rotate-cw-square": RotateCwSquare,
	search: Search,
	smartphone: Smartphone,
	square: Square,
	terminal: Terminal,
	trash: Trash2,
	"trash-2": Trash2,
	vibrate: Vibrate,
	"volume-1": Volume1,
	"volume-2": Volume2,
	"volume-x": VolumeX,
};

/** A device button's icon by its lucide name; a plain dot for unknown names. */
function DeviceIcon({ name }: { name: string }) {
	const Icon = icons[name] ?? CircleDot;
	return <Icon aria-hidden size={20} strokeWidth={1.75} />;
}
