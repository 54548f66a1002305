import { DeviceList } from "./components/device-list.tsx";

/** The devices. */
export default function DevicesPage() {
	return <DeviceList />;
}
